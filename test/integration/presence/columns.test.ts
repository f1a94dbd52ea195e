import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns, log } from "../../support/ledger.ts";
import { lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { openLine } from "../../support/line.ts";
import { beat, CANCEL, CONNECT, connect, end, jump, leave, newDay, report, status } from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

/** The student's four columns on one line: first connected, last disconnected, last activity, seconds. */
async function line(whiteboard: string): Promise<string> {
  const row = await columns(app, whiteboard, "student");
  return Object.values(row)
    .map((value) => String(value).replace(".000", ""))
    .join(" ");
}

async function events(whiteboard: string): Promise<string[]> {
  return (await log(app, whiteboard)).map(
    (entry) => `${entry.user_type} ${entry.event} ${entry.timestamp.slice(11, 19)}`,
  );
}

test("D4 after every kind of change the columns are true for plain SQL", async () => {
  const { student, tutor, whiteboard, sessionId } = await lesson(app);
  const seen: string[] = [];
  const note = async () => void seen.push(await line(whiteboard));
  await note();
  const { id } = await connect(student, whiteboard);
  await note();
  jump(app, "15:00:10");
  await beat(student, id);
  await note();
  jump(app, "15:00:20");
  await leave(student, id);
  await note();
  jump(app, "15:00:30");
  const second = (await connect(student, whiteboard)).id;
  await note();
  jump(app, "15:00:40");
  await beat(student, second, "IDLE");
  jump(app, "15:00:50");
  await beat(student, second, "DRAW");
  await note();
  jump(app, "15:02");
  await app.app.jobScheduler.sweep();
  await note();
  const socket = await openLine(student);
  await socket.get(CONNECT, { input: { whiteboardSessionId: whiteboard } });
  await note();
  await socket.client.dispose();
  await expect.poll(async () => (await columns(app, whiteboard, "student")).disconnected_at).not.toBeNull();
  await connect(student, whiteboard);
  jump(app, "16:00");
  await connect(student, whiteboard);
  await end(tutor, sessionId);
  await note();
  expect(seen).toEqual([
    "null null null 0",
    "15:00:00 null 15:00:00 0",
    "15:00:00 null 15:00:10 0",
    "15:00:00 15:00:20 15:00:20 20",
    "15:00:00 null 15:00:30 20",
    "15:00:00 null 15:00:50 30",
    "15:00:00 15:00:50 15:00:50 30",
    "15:00:00 null 15:02:00 30",
    "15:00:00 16:00:00 16:00:00 30",
  ]);
  expect(await columns(app, whiteboard, "tutor")).toMatchObject({ connected_at: null, total_active_seconds: 0 });
});

test("D4 the first connection stays the first, and only a reported earlier one moves it, and only earlier", async () => {
  const { student, service, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  await leave(student, id);
  jump(app, "15:10");
  await connect(student, whiteboard);
  const at = async () => (await columns(app, whiteboard, "student")).connected_at;
  expect(await at()).toBe("15:00:00.000");
  const told = (connectionId: string, time: string) =>
    report(app, service, whiteboard, [{ connectionId, userId: STUDENT, kind: "CONNECT", at: time }]);
  await told("00000000-0000-4000-8000-0000000000d1", "15:05");
  expect(await at()).toBe("15:00:00.000");
  await told("00000000-0000-4000-8000-0000000000d2", "14:55");
  expect(await at()).toBe("14:55:00.000");
});

test("D4 connection_logs tells who came and went, of which kind, in order and in the shape that SPEC gives", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const first = (await connect(student, whiteboard)).id;
  jump(app, "15:00:05");
  const { id } = await connect(tutor, whiteboard);
  jump(app, "15:00:10");
  await beat(student, first, "IDLE");
  await leave(tutor, id);
  jump(app, "15:01");
  await connect(tutor, whiteboard);
  await app.app.jobScheduler.sweep();
  const day = new Date(app.clock.now()).toISOString().slice(0, 10);
  const entry = (userId: number, event: string, time: string, connection: string) => {
    const user_type = userId === TUTOR ? "tutor" : "student";
    return { user_id: userId, user_type, event, timestamp: `${day}T${time}.000Z`, connection_id: connection };
  };
  const entries = await log(app, whiteboard);
  expect(entries.slice(0, 2)).toEqual([
    entry(STUDENT, "connect", "15:00:00", first),
    entry(TUTOR, "connect", "15:00:05", id),
  ]);
  // Of one moment, in any order.
  expect(entries.slice(2, 4)).toEqual(
    expect.arrayContaining([entry(TUTOR, "disconnect", "15:00:10", id), entry(STUDENT, "timeout", "15:00:10", first)]),
  );
  expect((await events(whiteboard)).slice(4)).toEqual(["tutor connect 15:01:00"]);
});

test("D4 an end or a cancellation is a disconnect in the log, at the last proof of life", async () => {
  const { student, tutor, whiteboard, sessionId } = await lesson(app);
  await connect(student, whiteboard);
  jump(app, "15:00:20");
  await tutor.get(CANCEL, { id: sessionId });
  expect(await events(whiteboard)).toEqual(["student connect 15:00:00", "student disconnect 15:00:00"]);
});

test("D4 connection_logs keeps the newest 200", async () => {
  const { service, whiteboard } = await lesson(app);
  const time = (seconds: number) => new Date(app.clock.at("14:00") + seconds * 1000).toISOString().slice(11, 19);
  const story = Array.from({ length: 105 }, (_, i) => {
    const connectionId = `00000000-0000-4000-8000-${String(900_000 + i).padStart(12, "0")}`;
    const one = { connectionId, userId: STUDENT };
    return [
      { ...one, kind: "CONNECT" as const, at: time(i * 20) },
      { ...one, kind: "DISCONNECT" as const, at: time(i * 20 + 10) },
    ];
  });
  await report(app, service, whiteboard, story.flat().reverse());
  const kept = await events(whiteboard);
  expect(kept).toHaveLength(200);
  expect([kept[0], kept.at(-1)]).toEqual([`student connect ${time(100)}`, `student disconnect ${time(2090)}`]);
  expect((await status(service, whiteboard)).student.totalActiveSeconds).toBe(1050);
});

test("D4, P11 columns and log of many changes at once are those of one history", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const open = await Promise.all([student, tutor, student, tutor].map(async (caller) => connect(caller, whiteboard)));
  jump(app, "15:00:20");
  await Promise.all([
    leave(student, open[0]!.id),
    beat(tutor, open[1]!.id, "IDLE"),
    beat(student, open[2]!.id),
    leave(tutor, open[3]!.id),
    connect(student, whiteboard),
    connect(tutor, whiteboard),
  ]);
  const seen = await status(tutor, whiteboard);
  expect(seen).toMatchObject({ version: 9, student: { openConnections: 2 }, tutor: { openConnections: 2 } });
  expect(await log(app, whiteboard)).toHaveLength(8);
});
