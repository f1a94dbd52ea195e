import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns } from "../../support/ledger.ts";
import { ADMIN, lesson, PARENT, SERVICE, STRANGER, STUDENT, TUTOR } from "../../support/lesson.ts";
import {
  CANCEL,
  CONNECT,
  connect,
  end,
  HEARTBEAT,
  jump,
  leave,
  newDay,
  REPORT,
  report,
  type Reported,
  reported,
  session,
  status,
  story,
} from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

const event = (at: string, more: Partial<Reported> = {}): Reported => {
  return { connectionId: randomUUID(), userId: STUDENT, kind: "CONNECT", at, ...more };
};

/** How much of everything a session's whiteboard holds. */
async function stored(whiteboard: string) {
  const sql = `select count(*)::int as connections, coalesce(sum((select count(*) from connection_events e
      where e.connection_id = c.id)), 0)::int as events from connections c where whiteboard_session_id = $1::int`;
  const [row] = await app.store.database.prisma.$queryRawUnsafe<object[]>(sql, Number(whiteboard));
  return { ...row, version: (await status(app.as(STUDENT, "student"), whiteboard)).version };
}

test("P15 only services and admins report, and only on what they may know of", async () => {
  const { tutor, student, parent, stranger, whiteboard } = await lesson(app);
  const one = reported(app, whiteboard, [event("14:59")]);
  for (const caller of [tutor, student, parent]) expect(await caller.code(REPORT, one)).toBe("FORBIDDEN");
  expect(await stranger.code(REPORT, one)).toBe("NOT_FOUND");
  expect(await app.anonymous.code(REPORT, one)).toBe("UNAUTHENTICATED");
  expect(await app.as(9, "service").code(REPORT, { ...one, whiteboard: "2147483647" })).toBe("NOT_FOUND");
});

test("P15 a call with one wrong event stores nothing of all of it", async () => {
  const { service, student, whiteboard, sessionId, tutor } = await lesson(app);
  const other = await lesson(app, { start: "18:00", end: "19:00" });
  const live = (await connect(student, whiteboard)).id;
  const leased = event("14:58");
  const elsewhere = event("14:58");
  await report(app, service, whiteboard, [leased]);
  await report(app, service, other.whiteboard, [elsewhere]);
  const before = await stored(whiteboard);
  const same = { connectionId: randomUUID() };
  const refused: [string, Reported[], string?][] = [
    ["VALIDATION_FAILED", [event("15:00:02.001")]],
    ["BAD_USER_INPUT", [event("14:59", { userId: STRANGER })]],
    ["BAD_USER_INPUT", [event("14:59", { userId: PARENT })]],
    ["BAD_USER_INPUT", [event("14:59", { connectionId: "phone" })]],
    ["BAD_USER_INPUT", [event("14:59", { userId: 0 })]],
    ["CONFLICT", [event("14:59", { connectionId: live })]],
    ["CONFLICT", [event("14:59", { connectionId: elsewhere.connectionId })]],
    ["CONFLICT", [event("14:59", { connectionId: leased.connectionId, userId: TUTOR })]],
    ["CONFLICT", [event("14:59", { connectionId: leased.connectionId })], "INTERVALS"],
    ["CONFLICT", [event("14:58", same), event("14:59", { ...same, userId: TUTOR })]],
    ["VALIDATION_FAILED", Array.from({ length: 500 }, () => event("14:59", same))],
  ];
  for (const [code, events, evidence] of refused) {
    expect(await service.code(REPORT, reported(app, whiteboard, [event("14:59:30"), ...events], evidence))).toBe(code);
  }
  const wrong = { connectionId: randomUUID(), userId: String(STUDENT), kind: "CONNECT" };
  for (const at of ["1999-12-31T23:59:59Z", "2026-03-02T15:00:00", "yesterday"]) {
    const code = await service.code(REPORT, { whiteboard, events: [{ ...wrong, at }] });
    expect(code).toBe(at.startsWith("1999") ? "VALIDATION_FAILED" : "BAD_USER_INPUT");
  }
  expect(await stored(whiteboard)).toEqual(before);
  jump(app, "16:00");
  await end(tutor, sessionId);
  jump(app, "16:30");
  const after = await stored(whiteboard);
  const late = [event("15:59"), event("16:00:00.001")];
  expect(await service.code(REPORT, reported(app, whiteboard, late))).toBe("SESSION_ENDED");
  expect(await stored(whiteboard)).toEqual(after);
  await report(app, service, whiteboard, [event("16:00")]);
});

test("P15 what a clock runs ahead by up to 2 s is taken, and proves what it says", async () => {
  const { service, whiteboard } = await lesson(app);
  const told = await report(app, service, whiteboard, [event("15:00:02", { activity: "DRAW" })]);
  expect(told).toMatchObject({ event: "CONNECTED", student: { connected: true, connectedAt: "15:00:02" } });
});

test("P15 500 events go in one call", async () => {
  const { service, whiteboard } = await lesson(app);
  jump(app, "15:10");
  const connectionId = randomUUID();
  const events = Array.from({ length: 500 }, (_, i) => {
    const at = new Date(app.clock.at("15:00") + i * 1_000).toISOString().slice(11, 19);
    return event(at, { connectionId, kind: i === 0 ? "CONNECT" : i === 499 ? "DISCONNECT" : "HEARTBEAT" });
  });
  const told = await report(app, service, whiteboard, events.reverse());
  expect(told).toMatchObject({ event: "DISCONNECTED", student: { totalActiveSeconds: 499, connectedAt: "15:00:00" } });
  expect(await stored(whiteboard)).toEqual({ connections: 1, events: 500, version: 1 });
});

test("P7, P15 at most 20 reported ones are open and 1,000 in all, and they use up no live ones", async () => {
  const { service, student, whiteboard } = await lesson(app);
  const twentyOne = Array.from({ length: 21 }, () => event("14:59:50"));
  expect(await service.code(REPORT, reported(app, whiteboard, twentyOne))).toBe("RATE_LIMITED");
  expect(await stored(whiteboard)).toMatchObject({ connections: 0, version: 0 });
  await report(app, service, whiteboard, twentyOne.slice(0, 20));
  await connect(student, whiteboard);
  expect((await status(service, whiteboard)).student.openConnections).toBe(21);
  jump(app, "15:01");
  const gone = (count: number) => Array.from({ length: count }, () => event("14:00"));
  await report(app, service, whiteboard, gone(480));
  await report(app, service, whiteboard, gone(499));
  expect(await service.code(REPORT, reported(app, whiteboard, gone(2)))).toBe("RATE_LIMITED");
  expect(await stored(whiteboard)).toMatchObject({ connections: 1_000, events: 999 });
  await report(app, service, whiteboard, gone(1));
  expect(await service.code(REPORT, reported(app, whiteboard, gone(1)))).toBe("RATE_LIMITED");
  await report(app, service, whiteboard, [event("14:00", { userId: TUTOR })]);
  await connect(student, whiteboard);
});

test("P15 a connection is either live or reported, never both", async () => {
  const { service, student, whiteboard } = await lesson(app);
  const one = event("14:59:50");
  await report(app, service, whiteboard, [one]);
  const { connectionId } = one;
  expect(await student.code(CONNECT, { input: { whiteboardSessionId: whiteboard, connectionId } })).toBe("CONFLICT");
  for (const caller of [student, service]) expect(await caller.code(HEARTBEAT, { id: connectionId })).toBe("CONFLICT");
  await expect(leave(student, connectionId)).rejects.toThrow("CONFLICT");
  expect(await status(student, whiteboard)).toMatchObject({ version: 1, student: { openConnections: 1 } });
});

test("P15, P7 live and reported time of one participant is one union, and an earlier report moves the first connection", async () => {
  const { service, student, tutor, whiteboard } = await lesson(app);
  jump(app, "16:00:10");
  const { id } = await connect(student, whiteboard);
  jump(app, "16:00:40");
  await leave(student, id);
  const phone = ["CONNECT 15:59:50", "HEARTBEAT 16:00:20", "DISCONNECT 16:00:30"];
  await report(app, service, whiteboard, story(phone));
  const said = { connectedAt: "15:59:50", disconnectedAt: "16:00:40", totalActiveSeconds: 50 };
  expect(await status(tutor, whiteboard)).toMatchObject({ student: said });
  jump(app, "16:00:50");
  await report(app, service, whiteboard, story(["CONNECT 16:00:45"]));
  expect(await columns(app, whiteboard, "student")).toMatchObject({
    connected_at: "15:59:50.000",
    disconnected_at: null,
  });
});

test("P15 events may precede the opening of the whiteboard, and the reporter is kept", async () => {
  const { service, admin, whiteboard } = await lesson(app);
  const id = randomUUID();
  await report(app, service, whiteboard, story(["CONNECT 14:50"], id));
  await report(app, admin, whiteboard, story(["CONNECT 14:50", "DISCONNECT 14:50:10"], id));
  const kept = await app.store.database.prisma.$queryRawUnsafe(
    "select kind, reported_by from connection_events where connection_id = $1::uuid order by at",
    id,
  );
  expect(kept).toEqual([
    { kind: "CONNECT", reported_by: SERVICE },
    { kind: "DISCONNECT", reported_by: ADMIN },
  ]);
  expect(await columns(app, whiteboard, "student")).toMatchObject({
    connected_at: "14:50:00.000",
    total_active_seconds: 10,
  });
});

test("P15, P16 a report moves no cancelled session, and none back that is completed", async () => {
  const { service, tutor, whiteboard, sessionId } = await lesson(app);
  await tutor.get(CANCEL, { id: sessionId });
  await expect(report(app, service, whiteboard, story(["CONNECT 14:59"]))).rejects.toThrow("SESSION_ENDED");
  expect((await session(tutor, sessionId)).status).toBe("CANCELLED");
});

test("P7 P15 live connections do not use up reported ones", async () => {
  const { service, student, whiteboard } = await lesson(app);
  for (let i = 0; i < 20; i += 1) await connect(student, whiteboard);
  expect(await student.code(CONNECT, { input: { whiteboardSessionId: whiteboard } })).toBe("RATE_LIMITED");
  // Twenty reported ones are open beside them; one more is too many.
  await report(
    app,
    service,
    whiteboard,
    Array.from({ length: 20 }, () => event("14:59:50")),
  );
  expect((await status(service, whiteboard)).student.openConnections).toBe(40);
  expect(await service.code(REPORT, reported(app, whiteboard, [event("14:59:55")]))).toBe("RATE_LIMITED");
  // And so with all that ever were: 1,000 live ones leave room for 1,000 reported ones.
  const sql = `insert into connections (id, whiteboard_session_id, user_id, role, evidence)
    select gen_random_uuid(), $1::int, $2::int, 'student', 'live' from generate_series(1, $3::int)`;
  const other = await lesson(app, { start: "18:00", end: "19:00" });
  await app.store.database.prisma.$executeRawUnsafe(sql, Number(other.whiteboard), STUDENT, 1_000);
  expect(await student.code(CONNECT, { input: { whiteboardSessionId: other.whiteboard } })).toBe("RATE_LIMITED");
  await report(app, service, other.whiteboard, [event("14:59:50")]);
  expect((await status(service, other.whiteboard)).student.openConnections).toBe(1);
});
