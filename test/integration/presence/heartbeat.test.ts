import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { BEAT, holdFirst } from "../../support/held.ts";
import { columns, expectTrueColumns } from "../../support/ledger.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import { openLine } from "../../support/line.ts";
import { beat, connect, HEARTBEAT, jump, leave, newDay, spans, status, watch } from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(async () => {
  vi.restoreAllMocks();
  await expectTrueColumns(app);
});
afterAll(() => app.dispose());

test("P4 heartbeats that wait while a write is in flight share the next one, and none is answered before it", async () => {
  const { tutor, student, service, whiteboard } = await lesson(app);
  const other = await lesson(app, { start: "18:00", end: "19:00" });
  const callers = [tutor, student].flatMap((caller) =>
    [whiteboard, other.whiteboard].map((each) => ({ caller, whiteboard: each })),
  );
  const ids = await Promise.all(
    callers.flatMap(({ caller, whiteboard }) =>
      Array.from({ length: 5 }, async () => (await connect(caller, whiteboard)).id),
    ),
  );
  // A back end's socket: of anybody else's a few run at once, and the others wait.
  const line = await openLine(service);
  const recorded = vi.spyOn(app.app.services.heartbeats, "record");
  const held = holdFirst(app, BEAT);
  let answered = 0;
  const beats = Array.from({ length: 400 }, async (_, i) => {
    const id = ids[i % ids.length];
    app.clock.jumpTo(app.clock.now() + 1);
    const { heartbeat } = await line.get(HEARTBEAT, { id });
    answered += 1;
    return heartbeat.lastActivityAt as string;
  });
  await expect.poll(() => recorded.mock.calls.length).toBe(400);
  expect({ answered, statements: held.statements }).toEqual({ answered: 0, statements: 1 });
  held.release();
  await Promise.all(beats);
  expect({ answered, statements: held.statements }).toEqual({ answered: 400, statements: 2 });
  for (const each of [whiteboard, other.whiteboard]) {
    expect(await columns(app, each, "tutor")).toMatchObject({ disconnected_at: null });
  }
});

test("P4 what is acknowledged is in the database, with the time of its arrival", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  jump(app, "15:00:20.500");
  const held = holdFirst(app, BEAT);
  const answer = beat(student, id);
  await expect.poll(() => held.statements).toBe(1);
  jump(app, "15:00:21");
  held.release();
  expect(await answer).toMatchObject({ open: true, lastActivityAt: "15:00:20.500" });
  expect(await columns(app, whiteboard, "student")).toMatchObject({ last_activity_at: "15:00:20.500" });
  expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - (15:00:20.500)"]);
});

test("P4, P13 while the database is away a heartbeat is UNAVAILABLE and not recorded; sent again it counts once", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  jump(app, "15:00:10");
  vi.spyOn(app.store.database.prisma, "$queryRawUnsafe").mockRejectedValue(
    new Error("Connection terminated unexpectedly"),
  );
  expect(await student.code(HEARTBEAT, { id })).toBe("UNAVAILABLE");
  vi.restoreAllMocks();
  expect(await columns(app, whiteboard, "student")).toMatchObject({ last_activity_at: "15:00:00.000" });
  jump(app, "15:00:12");
  await beat(student, id);
  expect(await status(student, whiteboard)).toMatchObject({
    student: { lastActivityAt: "15:00:12", totalActiveSeconds: 12 },
  });
});

test("P6 late, repeated and reordered heartbeats move no time backwards and count nothing twice", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  const actor = { id: STUDENT, roles: new Set(["student"] as const) };
  // A beat's time is its arrival: those that waited arrive in any order of their times.
  for (const at of ["15:00:20", "15:00:05", "15:00:20", "15:00:30", "15:00:10"]) {
    await app.app.services.connections.heartbeat(actor, id, "DRAW", app.clock.at(at));
  }
  expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - (15:00:30)"]);
  await app.app.services.connections.heartbeat(actor, id, "IDLE", app.clock.at("15:00:12"));
  await app.app.services.connections.heartbeat(actor, id, "TYPE", app.clock.at("15:00:02"));
  jump(app, "15:00:30");
  await leave(student, id);
  expect(await columns(app, whiteboard, "student")).toEqual({
    connected_at: "15:00:00.000",
    disconnected_at: "15:00:30.000",
    last_activity_at: "15:00:30.000",
    total_active_seconds: 30,
  });
});

test("P6 disconnecting again succeeds and changes nothing", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  jump(app, "15:00:30");
  const first = await leave(student, id);
  jump(app, "15:10");
  expect(await leave(student, id)).toEqual(first);
  expect(await status(student, whiteboard)).toMatchObject({ version: 2, student: { disconnectedAt: "15:00:30" } });
  expect(await student.code(HEARTBEAT, { id })).toBe("CONNECTION_EXPIRED");
});

test("P10 IDLE keeps the participant connected and stops active time; any other activity resumes it", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  jump(app, "15:00:10");
  await beat(student, id, "IDLE");
  expect(await status(tutor, whiteboard)).toMatchObject({ version: 2, student: { connected: true, active: false } });
  for (const at of ["15:00:25", "15:00:40", "15:00:55"]) {
    jump(app, at);
    await beat(student, id, "IDLE");
  }
  expect(await status(tutor, whiteboard)).toMatchObject({
    version: 2,
    student: { connected: true, totalActiveSeconds: 10 },
  });
  await beat(student, id, "DRAW");
  jump(app, "15:01:05");
  await leave(student, id);
  expect(await spans(student, whiteboard)).toEqual([
    "STUDENT 15:00:00 - 15:00:10 IDLE",
    "STUDENT 15:00:10 - 15:00:55 ACTIVE idle",
    "STUDENT 15:00:55 - 15:01:05 DISCONNECTED",
  ]);
  expect(await columns(app, whiteboard, "student")).toMatchObject({ total_active_seconds: 20 });
});

test("P10 a participant with one idle and one active connection is active", async () => {
  const { student, whiteboard } = await lesson(app);
  const [idle] = [(await connect(student, whiteboard)).id, (await connect(student, whiteboard)).id];
  await beat(student, idle, "IDLE");
  expect(await status(student, whiteboard)).toMatchObject({ student: { active: true, openConnections: 2 } });
});

test("P10, P11 an activity in a burst holds from its beat onward, and its flips come as ACTIVITY", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  const line = await openLine(student);
  const changes = watch((await openLine(tutor)).client, whiteboard);
  await changes.next();
  const held = holdFirst(app, BEAT);
  const recorded = vi.spyOn(app.app.services.heartbeats, "record");
  const answers: Promise<unknown>[] = [];
  const burst = ["DRAW 15:00:01", "DRAW 15:00:02", "IDLE 15:00:04", "IDLE 15:00:07", "TYPE 15:00:09", "DRAW 15:00:10"];
  for (const step of burst) {
    const [activity = "", at = ""] = step.split(" ");
    jump(app, at);
    answers.push(line.get(HEARTBEAT, { id, activity }));
    await expect.poll(() => recorded.mock.calls.length, { interval: 5 }).toBe(answers.length);
  }
  held.release();
  await Promise.all(answers);
  expect(await spans(student, whiteboard)).toEqual([
    "STUDENT 15:00:00 - 15:00:04 IDLE",
    "STUDENT 15:00:04 - 15:00:09 ACTIVE idle",
    "STUDENT 15:00:09 - (15:00:10)",
  ]);
  expect(await changes.next()).toMatchObject({ event: "ACTIVITY", student: { active: false } });
  expect(await changes.next()).toMatchObject({ event: "ACTIVITY", student: { active: true } });
});
