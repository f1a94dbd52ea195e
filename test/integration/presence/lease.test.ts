import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns, log } from "../../support/ledger.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import {
  beat,
  CONNECT,
  connect,
  HEARTBEAT,
  jump,
  leave,
  newDay,
  spans,
  status,
  watch,
} from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

const input = (whiteboardSessionId: string, more: object = {}) => ({ input: { whiteboardSessionId, ...more } });

describe("P5 a lease that has run out", () => {
  test("P5 a connection lives for exactly its lease after the last proof of life", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    jump(app, "15:00:20");
    await beat(student, id);
    jump(app, "15:00:55");
    expect(await status(student, whiteboard)).toMatchObject({ student: { connected: true, disconnectedAt: null } });
    jump(app, "15:00:55.001");
    expect(await status(student, whiteboard)).toMatchObject({
      student: { connected: false, disconnectedAt: "15:00:20" },
    });
  });

  test("P5 before the sweep no read shows it, though the ledger still has it open", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    jump(app, "15:00:20");
    await beat(student, id);
    jump(app, "15:10");
    const gone = { connected: false, active: false, openConnections: 0, disconnectedAt: "15:00:20" };
    expect(await status(student, whiteboard)).toMatchObject({
      version: 1,
      student: { ...gone, totalActiveSeconds: 20 },
    });
    expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:20 TIMED_OUT"]);
    expect(await columns(app, whiteboard, "student")).toMatchObject({ disconnected_at: null, total_active_seconds: 0 });
  });

  test("P5 the sweep notices within a second and ends it at its last proof of life", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    const changes = watch(tutor.socket(), whiteboard);
    await changes.next();
    await app.clock.advance(20_000);
    await beat(student, id);
    await app.clock.advance(35_000);
    expect(await status(student, whiteboard)).toMatchObject({ version: 1, student: { connected: true } });
    await app.clock.advance(1_000);
    const told = await changes.next();
    expect(told).toMatchObject({ version: 2, event: "TIMED_OUT", student: { connected: false } });
    expect(await columns(app, whiteboard, "student")).toEqual({
      connected_at: "15:00:00.000",
      disconnected_at: "15:00:20.000",
      last_activity_at: "15:00:20.000",
      total_active_seconds: 20,
    });
    expect((await log(app, whiteboard)).map(({ event, timestamp }) => `${event} ${timestamp.slice(11, 19)}`)).toEqual([
      "connect 15:00:00",
      "timeout 15:00:20",
    ]);
  });

  test("P5 a heartbeat, a retry and a disconnect after it find it over, swept or not, and a new connection is free", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    jump(app, "15:01");
    expect(await student.code(HEARTBEAT, { id })).toBe("CONNECTION_EXPIRED");
    expect(await status(student, whiteboard)).toMatchObject({ version: 2, student: { disconnectedAt: "15:00:00" } });
    expect(await student.code(HEARTBEAT, { id, activity: "DRAW" })).toBe("CONNECTION_EXPIRED");
    expect(await student.code(CONNECT, input(whiteboard, { connectionId: id }))).toBe("CONNECTION_EXPIRED");
    expect(await leave(student, id)).toMatchObject({ open: false, lastActivityAt: "15:00:00" });
    await connect(student, whiteboard);
    expect(await spans(student, whiteboard)).toEqual([
      "STUDENT 15:00:00 - 15:00:00 TIMED_OUT",
      "STUDENT 15:01:00 - (15:01:00)",
    ]);
    expect(await status(student, whiteboard)).toMatchObject({ version: 3, student: { connectedAt: "15:00:00" } });
  });

  test("P5, P6 a disconnect that comes after the lease ends it as timed out, at its last proof of life", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    jump(app, "15:05");
    expect(await leave(student, id)).toMatchObject({ open: false, lastActivityAt: "15:00:00" });
    expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:00 TIMED_OUT"]);
  });

  test("P5 of two connections only the silent one ends", async () => {
    const { student, whiteboard } = await lesson(app);
    await connect(student, whiteboard);
    const kept = (await connect(student, whiteboard)).id;
    await app.clock.advance(30_000);
    await beat(student, kept);
    await app.clock.advance(10_000);
    expect(await status(student, whiteboard)).toMatchObject({
      version: 3,
      event: "SNAPSHOT",
      student: { openConnections: 1 },
    });
    expect(await columns(app, whiteboard, "student")).toMatchObject({
      disconnected_at: null,
      total_active_seconds: 30,
    });
  });
});

describe("P7 several connections of one participant", () => {
  test("P7 closing one leaves them connected, and time together counts once", async () => {
    const { student, whiteboard } = await lesson(app);
    const one = (await connect(student, whiteboard)).id;
    jump(app, "15:00:10");
    const two = (await connect(student, whiteboard)).id;
    jump(app, "15:00:20");
    await leave(student, one);
    expect(await status(student, whiteboard)).toMatchObject({ student: { connected: true, disconnectedAt: null } });
    expect(await columns(app, whiteboard, "student")).toMatchObject({ disconnected_at: null });
    jump(app, "15:00:30");
    await leave(student, two);
    jump(app, "15:01");
    const three = (await connect(student, whiteboard)).id;
    expect(await columns(app, whiteboard, "student")).toMatchObject({
      disconnected_at: null,
      total_active_seconds: 30,
    });
    jump(app, "15:01:05");
    await leave(student, three);
    expect(await columns(app, whiteboard, "student")).toEqual({
      connected_at: "15:00:00.000",
      disconnected_at: "15:01:05.000",
      last_activity_at: "15:01:05.000",
      total_active_seconds: 35,
    });
  });

  test("P7 at most 20 are open; those that ended, or whose lease ran out, make whiteboard, and a retry needs none", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    const asked = await Promise.all(Array.from({ length: 24 }, () => student.ask(CONNECT, input(whiteboard))));
    const opened = asked.filter(({ errors }) => errors === undefined);
    expect(opened).toHaveLength(20);
    expect(asked.flatMap(({ errors }) => errors ?? []).map((e) => e.extensions.code)).toEqual(
      Array.from({ length: 4 }, () => "RATE_LIMITED"),
    );
    const ids = opened.map(({ data }) => (data as { connect: { id: string } }).connect.id);
    expect(await connect(student, whiteboard, { connectionId: ids[0] })).toMatchObject({ open: true });
    await connect(tutor, whiteboard);
    await leave(student, ids[0]!);
    await connect(student, whiteboard);
    expect(await student.code(CONNECT, input(whiteboard))).toBe("RATE_LIMITED");
    jump(app, "15:01");
    await connect(student, whiteboard);
    expect(await status(student, whiteboard)).toMatchObject({ student: { openConnections: 1 } });
  });

  test("P7 at most 1,000 in all, ended ones included", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    const known = (await connect(student, whiteboard)).id;
    await app.store.database.prisma.$executeRawUnsafe(
      `insert into connections (id, whiteboard_session_id, user_id, role, evidence)
       select gen_random_uuid(), $1::int, $2::int, 'student', 'live' from generate_series(1, 998)`,
      Number(whiteboard),
      STUDENT,
    );
    const last = (await connect(student, whiteboard)).id;
    await leave(student, last);
    expect(await student.code(CONNECT, input(whiteboard))).toBe("RATE_LIMITED");
    expect(await student.code(CONNECT, input(whiteboard, { connectionId: randomUUID() }))).toBe("RATE_LIMITED");
    expect(await connect(student, whiteboard, { connectionId: known })).toMatchObject({ open: true });
    expect(await connect(tutor, whiteboard)).toMatchObject({ open: true });
  });
});
