import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns, log } from "../../support/ledger.ts";
import { lesson, TUTOR } from "../../support/lesson.ts";
import { end, jump, newDay, report, session, spans, status, story, watch } from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

const STORY = ["CONNECT 16:00", "HEARTBEAT 16:00:20", "HEARTBEAT 16:00:40 IDLE", "HEARTBEAT 16:01:00 DRAW"];
const WHOLE = [...STORY, "HEARTBEAT 16:01:30", "DISCONNECT 16:01:50", "HEARTBEAT 16:02"];
const TOLD = [
  "STUDENT 16:00:00 - 16:00:40 IDLE",
  "STUDENT 16:00:40 - 16:01:00 ACTIVE idle",
  "STUDENT 16:01:00 - 16:01:50 DISCONNECTED",
];

describe("P15 the fold of all events ever reported", () => {
  test("P15 the whole story in one call", async () => {
    const { service, tutor, whiteboard, sessionId } = await lesson(app);
    const changes = watch(tutor.socket(), whiteboard);
    await changes.next();
    jump(app, "16:10");
    const told = await report(app, service, whiteboard, story(WHOLE));
    expect(told).toMatchObject({ version: 1, event: "DISCONNECTED", student: { connected: false } });
    expect(await spans(tutor, whiteboard)).toEqual(TOLD);
    expect(await columns(app, whiteboard, "student")).toEqual({
      connected_at: "16:00:00.000",
      disconnected_at: "16:01:50.000",
      last_activity_at: "16:01:50.000",
      total_active_seconds: 90,
    });
    expect((await log(app, whiteboard)).map(({ event }) => event)).toEqual(["connect", "disconnect"]);
    expect((await session(tutor, sessionId)).status).toBe("IN_PROGRESS");
    expect(await changes.next()).toMatchObject({ event: "DISCONNECTED", version: 1 });
  });

  test("P15 in any order, in any number of calls and repeated it is the same story", async () => {
    const { service, admin, tutor, whiteboard } = await lesson(app);
    jump(app, "16:10");
    const orders = [
      [6, 5, 4, 3, 2, 1, 0],
      [3, 0, 6, 2, 5, 1, 4, 4, 0],
      [1, 3, 5, 0, 2, 4, 6],
    ];
    const sizes = [1, 4, 2];
    for (const [i, order] of orders.entries()) {
      const events = story(WHOLE);
      const shuffled = order.map((at) => events[at]!);
      while (shuffled.length > 0) await report(app, i % 2 ? admin : service, whiteboard, shuffled.splice(0, sizes[i]));
      expect(await spans(tutor, whiteboard)).toEqual(TOLD.flatMap((span) => Array.from({ length: i + 1 }, () => span)));
    }
    expect(await columns(app, whiteboard, "student")).toMatchObject({ total_active_seconds: 90 });
    const again = await status(tutor, whiteboard);
    const [known] = await app.store.database.prisma.$queryRawUnsafe<{ id: string }[]>(
      "select id from connections where whiteboard_session_id = $1::int limit 1",
      Number(whiteboard),
    );
    expect(await report(app, service, whiteboard, story(WHOLE, known!.id))).toEqual({ ...again, event: "SNAPSHOT" });
  });

  test("P15 calls that arrive at the same time are one story too", async () => {
    const { service, tutor, whiteboard } = await lesson(app);
    jump(app, "16:10");
    await Promise.all(story(WHOLE).map((event) => report(app, service, whiteboard, [event, event])));
    expect(await spans(tutor, whiteboard)).toEqual(TOLD);
  });

  test("P15 what precedes the CONNECT counts nothing until it arrives", async () => {
    const { service, tutor, whiteboard, sessionId } = await lesson(app);
    jump(app, "16:10");
    const events = story(["HEARTBEAT 16:00:20", "DISCONNECT 16:00:30", "CONNECT 16:00"]);
    await report(app, service, whiteboard, events.slice(0, 2));
    expect(await status(tutor, whiteboard)).toMatchObject({ version: 0, student: { connectedAt: null } });
    expect((await session(tutor, sessionId)).status).toBe("SCHEDULED");
    await report(app, service, whiteboard, events.slice(2));
    expect(await spans(tutor, whiteboard)).toEqual(["STUDENT 16:00:00 - 16:00:30 DISCONNECTED"]);
    expect((await session(tutor, sessionId)).status).toBe("IN_PROGRESS");
  });

  test("P15 a gap longer than the lease ends it at the event before, until a later report fills the gap", async () => {
    const { service, tutor, whiteboard } = await lesson(app);
    jump(app, "16:10");
    const id = randomUUID();
    await report(app, service, whiteboard, story(["CONNECT 16:00", "HEARTBEAT 16:01", "DISCONNECT 16:01:10"], id));
    expect(await spans(tutor, whiteboard)).toEqual(["STUDENT 16:00:00 - 16:00:00 TIMED_OUT"]);
    await report(app, service, whiteboard, story(["HEARTBEAT 16:00:30", "CONNECT 16:00:35"], id));
    expect(await spans(tutor, whiteboard)).toEqual(["STUDENT 16:00:00 - 16:01:10 DISCONNECTED"]);
    expect(await columns(app, whiteboard, "student")).toMatchObject({ total_active_seconds: 70 });
    expect((await log(app, whiteboard)).map(({ event }) => event)).toEqual(["connect", "disconnect"]);
  });

  test("P15 whether the lease has run out by now is decided in the same commit, later ones by the sweep", async () => {
    const { service, tutor, whiteboard } = await lesson(app);
    jump(app, "16:00:30");
    const id = randomUUID();
    const open = await report(app, service, whiteboard, story(["CONNECT 16:00", "HEARTBEAT 16:00:29"], id));
    expect(open).toMatchObject({ event: "CONNECTED", student: { connected: true } });
    await report(app, service, whiteboard, story(["CONNECT 15:59"]));
    expect(await spans(tutor, whiteboard)).toEqual([
      "STUDENT 15:59:00 - 15:59:00 TIMED_OUT",
      "STUDENT 16:00:00 - (16:00:29)",
    ]);
    await app.clock.advance(36_000);
    expect(await columns(app, whiteboard, "student")).toMatchObject({ disconnected_at: "16:00:29.000" });
    await report(app, service, whiteboard, story(["HEARTBEAT 16:01"], id));
    expect(await status(tutor, whiteboard)).toMatchObject({ student: { connected: true, disconnectedAt: null } });
  });

  test("P15 INTERVALS have no lease: open until the DISCONNECT, and evidence all the while", async () => {
    const { service, tutor, whiteboard } = await lesson(app);
    jump(app, "16:00");
    const id = randomUUID();
    await report(app, service, whiteboard, story(["CONNECT 16:00"], id), "INTERVALS");
    jump(app, "16:10");
    await app.app.jobScheduler.sweep();
    expect(await status(tutor, whiteboard)).toMatchObject({ student: { connected: true, totalActiveSeconds: 600 } });
    await report(app, service, whiteboard, story(["DISCONNECT 16:09"], id), "INTERVALS");
    expect(await columns(app, whiteboard, "student")).toMatchObject({
      disconnected_at: "16:09:00.000",
      total_active_seconds: 540,
    });
  });

  test("P12, P15 the session's end closes both kinds, and what is reported later still folds the same", async () => {
    const { service, tutor, whiteboard, sessionId } = await lesson(app);
    jump(app, "16:10");
    const [leased, intervals] = [randomUUID(), randomUUID()];
    await report(app, service, whiteboard, story(["CONNECT 16:09:50"], leased));
    await report(app, service, whiteboard, story(["CONNECT 16:05"], intervals, TUTOR), "INTERVALS");
    await end(tutor, sessionId);
    const before = ["STUDENT 16:09:50 - 16:09:50 SESSION_ENDED", "TUTOR 16:05:00 - 16:10:00 SESSION_ENDED"];
    expect(await spans(tutor, whiteboard)).toEqual(before);
    jump(app, "16:30");
    await report(app, service, whiteboard, story(["CONNECT 16:09:50"], leased));
    await report(app, service, whiteboard, story(["CONNECT 16:05", "DISCONNECT 16:08"], intervals, TUTOR), "INTERVALS");
    expect(await spans(tutor, whiteboard)).toEqual([before[0], "TUTOR 16:05:00 - 16:08:00 DISCONNECTED"]);
    expect((await session(tutor, sessionId)).endedAt).toBe("16:10:00");
  });
});
