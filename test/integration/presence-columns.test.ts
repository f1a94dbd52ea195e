import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { columns, expectTrueColumns, log } from "../support/ledger.ts";
import { lesson, STUDENT, TUTOR } from "../support/lesson.ts";
import { openLine } from "../support/line.ts";
import { beat, CANCEL, CONNECT, connect, end, jump, leave, newDay, report, status } from "../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

/** The student's four columns on one line: first connected, last disconnected, last activity, seconds. */
async function line(room: string): Promise<string> {
  const row = await columns(app, room, "student");
  return Object.values(row)
    .map((value) => String(value).replace(".000", ""))
    .join(" ");
}

async function events(room: string): Promise<string[]> {
  return (await log(app, room)).map((entry) => `${entry.user_type} ${entry.event} ${entry.timestamp.slice(11, 19)}`);
}

test("D4 after every kind of change the columns are true for plain SQL", async () => {
  const { student, tutor, room, sessionId } = await lesson(app);
  const seen: string[] = [];
  const note = async () => void seen.push(await line(room));
  await note();
  const { id } = await connect(student, room);
  await note();
  jump(app, "15:00:10");
  await beat(student, id);
  await note();
  jump(app, "15:00:20");
  await leave(student, id);
  await note();
  jump(app, "15:00:30");
  const second = (await connect(student, room)).id;
  await note();
  jump(app, "15:00:40");
  await beat(student, second, "IDLE");
  jump(app, "15:00:50");
  await beat(student, second, "DRAW");
  await note();
  jump(app, "15:02");
  await app.app.housekeeping.sweep();
  await note();
  const socket = await openLine(student);
  await socket.get(CONNECT, { input: { whiteboardSessionId: room } });
  await note();
  await socket.client.dispose();
  await expect.poll(async () => (await columns(app, room, "student")).disconnected_at).not.toBeNull();
  await connect(student, room);
  jump(app, "16:00");
  await connect(student, room);
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
  expect(await columns(app, room, "tutor")).toMatchObject({ connected_at: null, total_active_seconds: 0 });
});

test("D4 the first connection stays the first, and only a reported earlier one moves it, and only earlier", async () => {
  const { student, service, room } = await lesson(app);
  const { id } = await connect(student, room);
  await leave(student, id);
  jump(app, "15:10");
  await connect(student, room);
  const at = async () => (await columns(app, room, "student")).connected_at;
  expect(await at()).toBe("15:00:00.000");
  const told = (connectionId: string, time: string) =>
    report(app, service, room, [{ connectionId, userId: STUDENT, kind: "CONNECT", at: time }]);
  await told("00000000-0000-4000-8000-0000000000d1", "15:05");
  expect(await at()).toBe("15:00:00.000");
  await told("00000000-0000-4000-8000-0000000000d2", "14:55");
  expect(await at()).toBe("14:55:00.000");
});

test("D4 connection_logs tells who came and went, of which kind, in order and in the shape that SPEC gives", async () => {
  const { student, tutor, room } = await lesson(app);
  const first = (await connect(student, room)).id;
  jump(app, "15:00:05");
  const { id } = await connect(tutor, room);
  jump(app, "15:00:10");
  await beat(student, first, "IDLE");
  await leave(tutor, id);
  jump(app, "15:01");
  await connect(tutor, room);
  await app.app.housekeeping.sweep();
  const day = new Date(app.clock.now()).toISOString().slice(0, 10);
  const entry = (userId: number, event: string, time: string, connection: string) => {
    const user_type = userId === TUTOR ? "tutor" : "student";
    return { user_id: userId, user_type, event, timestamp: `${day}T${time}.000Z`, connection_id: connection };
  };
  const entries = await log(app, room);
  expect(entries.slice(0, 2)).toEqual([
    entry(STUDENT, "connect", "15:00:00", first),
    entry(TUTOR, "connect", "15:00:05", id),
  ]);
  // Of one moment, in any order.
  expect(entries.slice(2, 4)).toEqual(
    expect.arrayContaining([entry(TUTOR, "disconnect", "15:00:10", id), entry(STUDENT, "timeout", "15:00:10", first)]),
  );
  expect((await events(room)).slice(4)).toEqual(["tutor connect 15:01:00"]);
});

test("D4 an end or a cancellation is a disconnect in the log, at the last proof of life", async () => {
  const { student, tutor, room, sessionId } = await lesson(app);
  await connect(student, room);
  jump(app, "15:00:20");
  await tutor.get(CANCEL, { id: sessionId });
  expect(await events(room)).toEqual(["student connect 15:00:00", "student disconnect 15:00:00"]);
});

test("D4 connection_logs keeps the newest 200", async () => {
  const { service, room } = await lesson(app);
  const time = (seconds: number) => new Date(app.clock.at("14:00") + seconds * 1000).toISOString().slice(11, 19);
  const story = Array.from({ length: 105 }, (_, i) => {
    const connectionId = `00000000-0000-4000-8000-${String(900_000 + i).padStart(12, "0")}`;
    const one = { connectionId, userId: STUDENT };
    return [
      { ...one, kind: "CONNECT" as const, at: time(i * 20) },
      { ...one, kind: "DISCONNECT" as const, at: time(i * 20 + 10) },
    ];
  });
  await report(app, service, room, story.flat().reverse());
  const kept = await events(room);
  expect(kept).toHaveLength(200);
  expect([kept[0], kept.at(-1)]).toEqual([`student connect ${time(100)}`, `student disconnect ${time(2090)}`]);
  expect((await status(service, room)).student.totalActiveSeconds).toBe(1050);
});

test("D4, P11 columns and log of many changes at once are those of one history", async () => {
  const { student, tutor, room } = await lesson(app);
  const open = await Promise.all([student, tutor, student, tutor].map(async (caller) => connect(caller, room)));
  jump(app, "15:00:20");
  await Promise.all([
    leave(student, open[0]!.id),
    beat(tutor, open[1]!.id, "IDLE"),
    beat(student, open[2]!.id),
    leave(tutor, open[3]!.id),
    connect(student, room),
    connect(tutor, room),
  ]);
  const seen = await status(tutor, room);
  expect(seen).toMatchObject({ version: 9, student: { openConnections: 2 }, tutor: { openConnections: 2 } });
  expect(await log(app, room)).toHaveLength(8);
});
