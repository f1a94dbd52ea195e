import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import { SECRET, testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns } from "../../support/ledger.ts";
import { lesson, TUTOR } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import {
  ATTEND,
  attend,
  CONNECT,
  connect,
  DISCONNECT,
  HEARTBEAT,
  jump,
  newDay,
  spans,
  STATUS,
  status,
  watch,
  WATCH,
} from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(async () => {
  await lines.close(app);
  await expectTrueColumns(app);
});
afterAll(() => app.dispose());

const lines = new Lines();

const withinASecond = { timeout: 1_000, interval: 20 };
const input = (whiteboardSessionId: string, more: object = {}) => ({ input: { whiteboardSessionId, ...more } });

test("P8 when a client closes its socket its connections close within a second, credited to the close", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  await line.get(CONNECT, input(whiteboard));
  await line.get(CONNECT, input(whiteboard));
  const changes = watch((await lines.open(tutor)).client, whiteboard);
  expect(await changes.next()).toMatchObject({ event: "SNAPSHOT", student: { openConnections: 2 } });
  jump(app, "15:00:10");
  await line.client.dispose();
  const told = [await changes.next(1_000), await changes.next(1_000)];
  expect(told.map(({ event, student }) => `${event} ${student.openConnections}`)).toEqual([
    "DISCONNECTED 1",
    "DISCONNECTED 0",
  ]);
  expect(await spans(student, whiteboard)).toEqual(
    Array.from({ length: 2 }, () => "STUDENT 15:00:00 - 15:00:10 SOCKET_CLOSED"),
  );
  expect(await columns(app, whiteboard, "student")).toMatchObject({ total_active_seconds: 10 });
});

test("P8 a socket that breaks proves nothing: its connection is credited to the last proof of life", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  const { connect: connected } = await line.get(CONNECT, input(whiteboard));
  jump(app, "15:00:10");
  await line.get(HEARTBEAT, { id: connected.id });
  jump(app, "15:00:20");
  line.socket.terminate();
  await expect
    .poll(() => spans(student, whiteboard), withinASecond)
    .toEqual(["STUDENT 15:00:00 - 15:00:10 SOCKET_CLOSED"]);
  expect(await status(student, whiteboard)).toMatchObject({
    student: { connected: false, disconnectedAt: "15:00:10" },
  });
});

test("P8 connections made over HTTP and over another socket stay", async () => {
  const { student, whiteboard } = await lesson(app);
  const [one, two] = [await lines.open(student), await lines.open(student)];
  await one.get(CONNECT, input(whiteboard));
  await two.get(CONNECT, input(whiteboard));
  await connect(student, whiteboard);
  one.socket.terminate();
  await expect.poll(async () => (await status(student, whiteboard)).student.openConnections, withinASecond).toBe(2);
  two.socket.terminate();
  await expect.poll(async () => (await status(student, whiteboard)).student.openConnections, withinASecond).toBe(1);
});

test("P8 a connection that ended before its socket did keeps its own reason", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  const { connect: connected } = await line.get(CONNECT, input(whiteboard));
  await line.get(DISCONNECT, { id: connected.id });
  line.socket.terminate();
  await expect.poll(() => app.app.services.sockets.size).toBe(0);
  expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:00 DISCONNECTED"]);
  expect((await status(student, whiteboard)).version).toBe(2);
});

test("P8 a socket that closes while its connect is on the way leaves no connection behind", async () => {
  const { student, whiteboard } = await lesson(app);
  for (let i = 0; i < 5; i += 1) {
    const line = await lines.open(student);
    line.get(CONNECT, input(whiteboard)).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, i * 3));
    line.socket.terminate();
  }
  await expect.poll(() => app.app.services.sockets.size).toBe(0);
  await expect.poll(async () => (await status(student, whiteboard)).student.openConnections, withinASecond).toBe(0);
});

test("what a stranger may not know of is NOT_FOUND in every subscription", async () => {
  const { stranger, whiteboard } = await lesson(app);
  const line = await lines.open(stranger);
  await expect(watch(line.client, whiteboard).next()).rejects.toThrow("NOT_FOUND");
  await expect(attend(line.client, whiteboard).next()).rejects.toThrow("NOT_FOUND");
  await expect(attend(line.client, "2147483647").next()).rejects.toThrow("NOT_FOUND");
  await expect(line.get(STATUS, { whiteboard })).rejects.toThrow("NOT_FOUND");
  expect(line.socket.readyState).toBe(line.socket.OPEN);
});

test("parents, admins and services watch, and do not attend", async () => {
  const { parent, admin, service, whiteboard } = await lesson(app);
  for (const [caller, code] of [
    [parent, "FORBIDDEN"],
    [admin, "FORBIDDEN"],
    [service, "BAD_USER_INPUT"],
  ] as const) {
    const line = await lines.open(caller);
    expect(await watch(line.client, whiteboard).next()).toMatchObject({ event: "SNAPSHOT" });
    await expect(attend(line.client, whiteboard).next()).rejects.toThrow(code);
  }
});

test("a socket with no token, or a wrong one, is closed with 4403", async () => {
  for (const caller of [app.anonymous, app.bearing("e30.e30.e30")]) {
    const client = caller.socket();
    const closed = new Promise((resolve) => client.on("closed", resolve));
    client.subscribe({ query: WATCH, variables: { whiteboard: "1" } }, { next() {}, error() {}, complete() {} });
    expect(await closed).toMatchObject({ code: 4403 });
  }
});

test("a token's end closes its socket with 4403 and takes its connections along, to their last proof of life", async () => {
  const { whiteboard, student } = await lesson(app);
  const wish = { secret: SECRET, user: TUTOR, roles: ["tutor"] as const, expiresInSeconds: 2, now: app.clock.now() };
  const line = await lines.open(app.bearing(await issueDevelopmentToken(wish)));
  await line.get(CONNECT, input(whiteboard));
  jump(app, "15:00:02");
  expect(await line.closed).toMatchObject({ code: 4403 });
  await expect.poll(async () => (await status(student, whiteboard)).tutor.connected, withinASecond).toBe(false);
  expect(await columns(app, whiteboard, "tutor")).toMatchObject({ disconnected_at: "15:00:00.000" });
});

test("a syntax error over WebSocket is an error message and leaves the socket as it was", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  const presence = attend(line.client, whiteboard);
  await presence.next();
  await expect(line.get("mutation { connect(")).rejects.toThrow("GRAPHQL_PARSE_FAILED");
  await expect(line.get("{ nonsense }")).rejects.toThrow("GRAPHQL_VALIDATION_FAILED");
  await expect(line.get("query A { __typename } query B { __typename }")).rejects.toThrow();
  await expect(line.get(ATTEND, { id: null })).rejects.toThrow("BAD_USER_INPUT");
  expect(await line.get("{ __typename }")).toEqual({ __typename: "Query" });
  expect(await status(student, whiteboard)).toMatchObject({ student: { connected: true } });
});
