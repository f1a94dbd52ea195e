import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { columns, expectTrueColumns, log } from "../../support/ledger.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import { openLine } from "../../support/line.ts";
import {
  beat,
  CONNECT,
  connect,
  end,
  HEARTBEAT,
  jump,
  leave,
  newDay,
  report,
  spans,
  status,
  watch,
} from "../../support/presence.ts";

let store: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  store = await testDatabase();
});
beforeEach(async () => {
  // A server that has been there for a while, on a day of its own.
  app = await testApp({ store, tolerance: 3_000, start: `2026-03-${String((day += 1)).padStart(2, "0")}T14:50:00Z` });
  newDay(app);
  await app.app.jobScheduler.sweep();
  await app.clock.advance(60_000);
  jump(app, "15:01:00");
});
afterEach(async () => {
  await expectTrueColumns(app);
  await app.dispose();
});
afterAll(() => store.dispose());
let day = 1;

describe("P13 nobody is declared gone because the servers were", () => {
  test("P13 while they are away, and at their return, everybody who was there still is", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    await connect(student, whiteboard);
    const { id } = await connect(tutor, whiteboard);
    await app.clock.advance(10_000);
    await beat(tutor, id);
    jump(app, "15:05");
    const here = { connected: true, disconnectedAt: null };
    expect(await status(tutor, whiteboard)).toMatchObject({ version: 2, student: here, tutor: here });
    await app.clock.advance(30_000);
    expect(await status(tutor, whiteboard)).toMatchObject({ version: 2, student: here, tutor: here });
    expect(await columns(app, whiteboard, "tutor")).toMatchObject({ last_activity_at: "15:01:10.000" });
  });

  test("P13, D3 a process that is behind another one's clock, as after a failover, follows it before anybody is missed", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    // As the database's clock does: it is read again where another process is well ahead.
    vi.spyOn(app.clock, "catchUp").mockImplementation(async (seen) => {
      if (seen > app.clock.now() + 1_000) app.clock.jumpTo(seen);
    });
    const ahead = await testApp({ store, tolerance: 3_000, start: new Date(app.clock.now() + 90_000).toISOString() });
    onTestFinished(() => ahead.dispose());
    await ahead.app.jobScheduler.sweep();
    for (let beats = 0; beats < 12; beats += 1) {
      await Promise.all([app.clock.advance(10_000), ahead.clock.advance(10_000)]);
      await beat(student, id);
    }
    expect(await status(student, whiteboard)).toMatchObject({ version: 1, student: { connected: true } });
    expect(await columns(app, whiteboard, "student")).toMatchObject({ disconnected_at: null });
  });

  test("P13 who proves life within a lease of the return goes on in a new span, and the gap counts nothing", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    await app.clock.advance(10_000);
    await beat(student, id);
    jump(app, "15:05");
    await app.clock.advance(20_000);
    expect(await beat(student, id)).toMatchObject({ id, open: true, lastActivityAt: "15:05:20" });
    await app.clock.advance(10_000);
    await leave(student, id);
    expect(await spans(student, whiteboard)).toEqual([
      "STUDENT 15:01:00 - 15:01:10 OUTAGE",
      "STUDENT 15:05:20 - 15:05:30 DISCONNECTED",
    ]);
    expect(await columns(app, whiteboard, "student")).toEqual({
      connected_at: "15:01:00.000",
      disconnected_at: "15:05:30.000",
      last_activity_at: "15:05:30.000",
      total_active_seconds: 20,
    });
    expect((await log(app, whiteboard)).map(({ event }) => event)).toEqual(["connect", "disconnect"]);
  });

  test("P13 who stays silent times out a lease after the return, at the last proof of life", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    await connect(student, whiteboard);
    const changes = watch(tutor.socket(), whiteboard);
    await changes.next();
    jump(app, "15:05");
    await app.clock.advance(36_000);
    expect(await status(tutor, whiteboard)).toMatchObject({ version: 1, student: { connected: true } });
    await app.clock.advance(2_000);
    expect(await changes.next()).toMatchObject({ event: "TIMED_OUT", version: 2, student: { connected: false } });
    expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:01:00 - 15:01:00 TIMED_OUT"]);
  });

  test("P13 a heartbeat may be the first to notice the return, and an idle one stays idle", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    await app.clock.advance(10_000);
    await beat(student, id, "IDLE");
    jump(app, "15:05");
    await beat(student, id, "IDLE");
    await beat(student, id, "DRAW");
    expect(await spans(student, whiteboard)).toEqual([
      "STUDENT 15:01:00 - 15:01:10 IDLE",
      "STUDENT 15:01:10 - 15:01:10 OUTAGE idle",
      "STUDENT 15:05:00 - (15:05:00)",
      "STUDENT 15:05:00 - 15:05:00 ACTIVE idle",
    ]);
    expect(await status(student, whiteboard)).toMatchObject({
      version: 3,
      student: { totalActiveSeconds: 10, active: true },
    });
  });

  test("P13 who was gone before the servers were gets no second chance", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    await app.clock.advance(36_000);
    jump(app, "15:05");
    expect(await student.code(HEARTBEAT, { id })).toBe("CONNECTION_EXPIRED");
    expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:01:00 - 15:01:00 TIMED_OUT"]);
  });

  test("P13 who leaves, or whose session ends, right after the return is credited to before it", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app, { start: "15:00", end: "15:30" });
    const { id } = await connect(student, whiteboard);
    await connect(tutor, whiteboard);
    jump(app, "15:05");
    await app.app.jobScheduler.sweep();
    await leave(student, id);
    await end(tutor, sessionId);
    expect(await spans(tutor, whiteboard)).toEqual([
      "STUDENT 15:01:00 - 15:01:00 DISCONNECTED",
      "TUTOR 15:01:00 - 15:01:00 SESSION_ENDED",
    ]);
  });

  test("P13, P15 reported connections are judged by their events alone", async () => {
    const { service, whiteboard } = await lesson(app);
    const connectionId = "00000000-0000-4000-8000-00000000000a".replace("a", String(day % 10));
    await report(app, service, whiteboard, [{ connectionId, userId: STUDENT, kind: "CONNECT", at: "15:01" }]);
    jump(app, "15:05");
    expect((await status(service, whiteboard)).student.connected).toBe(false);
    await app.app.jobScheduler.sweep();
    expect(await spans(service, whiteboard)).toEqual(["STUDENT 15:01:00 - 15:01:00 TIMED_OUT"]);
  });

  test("P13 a restart loses nobody: beats go on on the next process, and nobody is gone for the sockets that it closed", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    const line = await openLine(tutor);
    await line.get(CONNECT, { input: { whiteboardSessionId: whiteboard } });
    await app.clock.advance(10_000);
    await beat(student, id);
    const start = new Date(app.clock.now() + 90_000).toISOString();
    await app.app.close();
    expect((await line.closed).code).toBe(1001);
    await app.dispose();
    app = await testApp({ store, tolerance: 3_000, start });
    const again = app.as(STUDENT, "student");
    expect(await status(again, whiteboard)).toMatchObject({ student: { connected: true }, tutor: { connected: true } });
    await app.clock.advance(30_000);
    await beat(again, id);
    expect(await spans(tutorOf(app), whiteboard)).toEqual([
      "STUDENT 15:01:00 - 15:01:10 OUTAGE",
      "STUDENT 15:03:10 - (15:03:10)",
      "TUTOR 15:01:00 - (15:01:00)",
    ]);
  });
});

const tutorOf = (one: TestApp) => one.as(1, "tutor");
