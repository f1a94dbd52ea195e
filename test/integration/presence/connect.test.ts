import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns, log } from "../../support/ledger.ts";
import { lesson, STRANGER, STUDENT, TUTOR } from "../../support/lesson.ts";
import { openLine } from "../../support/line.ts";
import {
  beat,
  CONNECT,
  connect,
  DISCONNECT,
  HEARTBEAT,
  jump,
  leave,
  newDay,
  session,
  spans,
  STATUS,
  status,
} from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

const input = (whiteboardSessionId: string, more: object = {}) => ({ input: { whiteboardSessionId, ...more } });

test("P1 opening a whiteboard, and opening it again, records no attendance", async () => {
  const { tutor, student, whiteboard, sessionId } = await lesson(app);
  const again = await tutor.get("mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }", { id: sessionId });
  expect(again.openWhiteboard.id).toBe(whiteboard);
  const nothing = { connected_at: null, disconnected_at: null, last_activity_at: null, total_active_seconds: 0 };
  expect(await columns(app, whiteboard, "tutor")).toEqual(nothing);
  expect(await columns(app, whiteboard, "student")).toEqual(nothing);
  expect(await log(app, whiteboard)).toEqual([]);
  const never = { connected: false, active: false, connectedAt: null, disconnectedAt: null, openConnections: 0 };
  expect(await status(student, whiteboard)).toMatchObject({ version: 0, tutor: never, student: never });
  expect(await session(tutor, sessionId)).toMatchObject({ status: "SCHEDULED" });
});

test("P2 tutor and student connect as who they are in the session", async () => {
  const { tutor, student, whiteboard } = await lesson(app);
  expect(await connect(tutor, whiteboard)).toMatchObject({ role: "TUTOR", open: true, lastActivityAt: "15:00:00" });
  expect(await connect(student, whiteboard)).toMatchObject({ role: "STUDENT", open: true });
  expect(await status(student, whiteboard)).toMatchObject({ tutor: { connected: true }, student: { connected: true } });
});

test("P2 who may see the session but is neither of the two gets FORBIDDEN, anyone else NOT_FOUND", async () => {
  const { parent, admin, stranger, whiteboard } = await lesson(app);
  expect(await parent.code(CONNECT, input(whiteboard))).toBe("FORBIDDEN");
  expect(await admin.code(CONNECT, input(whiteboard))).toBe("FORBIDDEN");
  expect(await stranger.code(CONNECT, input(whiteboard))).toBe("NOT_FOUND");
  expect(await stranger.code(CONNECT, input(whiteboard, { userId: String(TUTOR) }))).toBe("NOT_FOUND");
  expect(await app.as(STUDENT, "parent").code(CONNECT, input(whiteboard))).toBe("FORBIDDEN");
  expect(await app.anonymous.code(CONNECT, input(whiteboard))).toBe("UNAUTHENTICATED");
  expect(await stranger.code(STATUS, { whiteboard })).toBe("NOT_FOUND");
  expect(await stranger.code(CONNECT, input("2147483647"))).toBe("NOT_FOUND");
  expect(await stranger.code(CONNECT, input("whiteboard"))).toBe("BAD_USER_INPUT");
});

test("P2 userId is for services, is required there and must name a participant", async () => {
  const { tutor, admin, service, whiteboard } = await lesson(app);
  for (const caller of [tutor, admin]) {
    expect(await caller.code(CONNECT, input(whiteboard, { userId: String(TUTOR) }))).toBe("FORBIDDEN");
  }
  expect(await service.code(CONNECT, input(whiteboard))).toBe("BAD_USER_INPUT");
  expect(await service.code(CONNECT, input(whiteboard, { userId: String(STRANGER) }))).toBe("BAD_USER_INPUT");
  const { id, role } = await connect(service, whiteboard, { userId: String(STUDENT) });
  expect(role).toBe("STUDENT");
  jump(app, "15:00:10");
  expect(await beat(service, id)).toMatchObject({ open: true, lastActivityAt: "15:00:10" });
  expect(await status(service, whiteboard)).toMatchObject({
    student: { connected: true },
    tutor: { connected: false },
  });
  expect(await leave(service, id)).toMatchObject({ open: false });
});

test("P2 to all but its owner and a service a connection id does not exist", async () => {
  const { tutor, student, parent, admin, stranger, service, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  for (const caller of [tutor, parent, admin, stranger]) {
    expect(await caller.code(HEARTBEAT, { id })).toBe("NOT_FOUND");
    expect(await caller.code(DISCONNECT, { id })).toBe("NOT_FOUND");
  }
  expect(await student.code(HEARTBEAT, { id: randomUUID() })).toBe("NOT_FOUND");
  expect(await student.code(HEARTBEAT, { id: "mine" })).toBe("BAD_USER_INPUT");
  expect(await beat(service, id)).toMatchObject({ open: true });
  expect(await status(student, whiteboard)).toMatchObject({ version: 1, student: { openConnections: 1 } });
});

test("P3 a retry with the same id returns the same connection and changes nothing but its last proof of life", async () => {
  const { student, whiteboard } = await lesson(app);
  const connectionId = randomUUID();
  await connect(student, whiteboard, { connectionId });
  jump(app, "15:00:20");
  const retry = await connect(student, whiteboard, { connectionId: connectionId.toUpperCase() });
  expect(retry).toMatchObject({ id: connectionId, open: true, lastActivityAt: "15:00:20" });
  expect(await status(student, whiteboard)).toMatchObject({ version: 1, student: { openConnections: 1 } });
  expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - (15:00:20)"]);
  expect(await log(app, whiteboard)).toHaveLength(1);
});

test("P3 retries that arrive at the same time make one connection", async () => {
  const { student, whiteboard } = await lesson(app);
  const connectionId = randomUUID();
  const all = await Promise.all(Array.from({ length: 8 }, () => connect(student, whiteboard, { connectionId })));
  expect(new Set(all.map(({ id, open }) => `${id} ${open}`))).toEqual(new Set([`${connectionId} true`]));
  expect(await status(student, whiteboard)).toMatchObject({ version: 1, student: { openConnections: 1 } });
});

test("P3 an id that is closed gets CONNECTION_EXPIRED, however it ended", async () => {
  const { student, whiteboard } = await lesson(app);
  const left = (await connect(student, whiteboard)).id;
  await leave(student, left);
  const silent = (await connect(student, whiteboard)).id;
  jump(app, "15:00:35.001");
  for (const connectionId of [left, silent, silent]) {
    expect(await student.code(CONNECT, input(whiteboard, { connectionId }))).toBe("CONNECTION_EXPIRED");
  }
  expect((await spans(student, whiteboard)).map((span) => span.split(" ").at(-1))).toEqual([
    "DISCONNECTED",
    "TIMED_OUT",
  ]);
});

test("P3 somebody else's id is CONFLICT, and so is one's own of another session", async () => {
  const { tutor, student, service, whiteboard } = await lesson(app);
  const other = await lesson(app, { start: "18:00", end: "19:00" });
  const { id: connectionId } = await connect(student, whiteboard);
  expect(await tutor.code(CONNECT, input(whiteboard, { connectionId }))).toBe("CONFLICT");
  expect(await service.code(CONNECT, input(whiteboard, { connectionId, userId: String(TUTOR) }))).toBe("CONFLICT");
  expect(await student.code(CONNECT, input(other.whiteboard, { connectionId }))).toBe("CONFLICT");
  expect(await student.code(CONNECT, input(whiteboard, { connectionId: "no uuid" }))).toBe("BAD_USER_INPUT");
  expect(await session(tutor, other.sessionId)).toMatchObject({ status: "SCHEDULED" });
  expect(await status(student, whiteboard)).toMatchObject({ version: 1, tutor: { connected: false } });
});

test("P3 one id taken by two sessions at the same time goes to one of them", async () => {
  const one = await lesson(app);
  const two = await lesson(app, { start: "18:00", end: "19:00" });
  const connectionId = randomUUID();
  const whiteboards = [one.whiteboard, two.whiteboard];
  const answers = await Promise.all(
    whiteboards.map((whiteboard) => one.student.ask(CONNECT, input(whiteboard, { connectionId }))),
  );
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "ok");
  expect(codes.sort()).toEqual(["CONFLICT", "ok"]);
});

test("P3 the latest socket that connects an id owns it: the older one's end does not end it", async () => {
  const { student, whiteboard } = await lesson(app);
  const [older, newer] = [await openLine(student), await openLine(student)];
  const { connect: connected } = await older.get(CONNECT, input(whiteboard));
  await newer.get(CONNECT, input(whiteboard, { connectionId: connected.id }));
  older.socket.terminate();
  await expect.poll(() => app.app.services.sockets.size).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await status(student, whiteboard)).toMatchObject({ version: 1, student: { connected: true } });
  newer.socket.terminate();
  await expect.poll(() => spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:00 SOCKET_CLOSED"]);
});
