import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { BEAT, holdFirst } from "../../support/held.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { lesson } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { ATTEND, attend, beat, connect, end, jump, leave, newDay, spans, status } from "../../support/presence.ts";
import { rawSocket, subscribe } from "../../support/raw-socket.ts";
import { stream } from "../../support/sse.ts";

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

test("P9 attending connects, tells the connection, and ends with the subscription", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  const here = attend(line.client, whiteboard);
  const first = await here.next();
  expect(first).toMatchObject({ event: "SNAPSHOT", version: 1, student: { connected: true, active: true } });
  expect(first.connectionId).toMatch(/^[0-9a-f-]{36}$/);
  jump(app, "15:00:02");
  here.stop();
  await expect.poll(() => spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:02 DISCONNECTED"]);
  expect(line.socket.readyState).toBe(line.socket.OPEN);
});

test("P9 attending under an id of one's own, from which the same rules follow as from connect", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const [line, other] = [await lines.open(student), await lines.open(tutor)];
  const id = randomUUID();
  expect(await attend(line.client, whiteboard, id).next()).toMatchObject({ connectionId: id });
  await expect(attend(other.client, whiteboard, id).next()).rejects.toThrow("CONFLICT");
  await leave(student, id);
  await expect(attend(line.client, whiteboard, id).next()).rejects.toThrow("CONNECTION_EXPIRED");
  expect(await status(student, whiteboard)).toMatchObject({
    student: { openConnections: 0 },
    tutor: { connected: false },
  });
});

test("P9 it ends with its socket too, closed or broken", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const [closing, breaking] = [await lines.open(student), await lines.open(tutor)];
  await attend(closing.client, whiteboard).next();
  await attend(breaking.client, whiteboard).next();
  jump(app, "15:00:02");
  await closing.client.dispose();
  breaking.socket.terminate();
  await expect
    .poll(() => spans(tutor, whiteboard), { timeout: 1_000 })
    .toEqual(["STUDENT 15:00:00 - 15:00:02 SOCKET_CLOSED", "TUTOR 15:00:00 - 15:00:00 SOCKET_CLOSED"]);
});

test("P9 who leaves left by choice, however much they said before and however soon the socket goes", async () => {
  const { student, whiteboard } = await lesson(app);
  const raw = await rawSocket(app.url);
  await raw.hello(await student.token);
  await raw.ask("attend", { query: ATTEND, variables: { whiteboard } });
  jump(app, "15:00:02");
  const wire = (raw.socket as unknown as { _socket: Duplex })._socket;
  wire.cork();
  for (let i = 0; i < 30; i += 1) raw.send(subscribe(String(i), "{ sessions(first: 1) { totalCount } }"));
  raw.send({ id: "attend", type: "complete" });
  raw.socket.close(1000);
  wire.uncork();
  await raw.closed;
  await expect.poll(() => spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:02 DISCONNECTED"]);
});

test("P9, P10 a heartbeat tells idle and active on the attending connection", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  const here = attend(line.client, whiteboard);
  const { connectionId } = await here.next();
  jump(app, "15:00:01");
  await beat(student, connectionId!, "IDLE");
  expect(await here.next()).toMatchObject({ event: "ACTIVITY", connectionId, student: { active: false } });
  jump(app, "15:00:03");
  await beat(student, connectionId!, "DRAW");
  expect(await here.next()).toMatchObject({ event: "ACTIVITY", student: { active: true, totalActiveSeconds: 1 } });
});

test("P9 from several sockets at once: the participant stays for as long as one of them does", async () => {
  const { student, whiteboard } = await lesson(app);
  const [one, two] = [await lines.open(student), await lines.open(student)];
  const first = attend(one.client, whiteboard);
  const ids = [(await first.next()).connectionId];
  const second = attend(two.client, whiteboard);
  ids.push((await second.next()).connectionId);
  expect(ids[0]).not.toBe(ids[1]);
  expect(await first.next()).toMatchObject({
    event: "CONNECTED",
    connectionId: ids[0],
    student: { openConnections: 2 },
  });
  second.stop();
  expect(await first.next()).toMatchObject({ event: "DISCONNECTED", student: { connected: true, openConnections: 1 } });
});

test("P3, P9 when a newer socket attends under the same id, the older subscription's end changes nothing", async () => {
  const { student, whiteboard } = await lesson(app);
  const [older, newer] = [await lines.open(student), await lines.open(student)];
  const id = randomUUID();
  const before = attend(older.client, whiteboard, id);
  await before.next();
  const after = attend(newer.client, whiteboard, id);
  await after.next();
  before.stop();
  await older.get("{ __typename }");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await status(student, whiteboard)).toMatchObject({
    version: 1,
    student: { connected: true, openConnections: 1 },
  });
  after.stop();
  await expect.poll(async () => (await status(student, whiteboard)).student.connected).toBe(false);
});

test("P9, P12 it completes after SESSION_ENDED, and a session that is over cannot be attended", async () => {
  const { student, tutor, whiteboard, sessionId } = await lesson(app);
  const line = await lines.open(student);
  const here = attend(line.client, whiteboard);
  await here.next();
  jump(app, "16:00");
  await end(tutor, sessionId);
  expect(await here.next()).toMatchObject({ event: "SESSION_ENDED", student: { connected: false } });
  await here.ended();
  await expect(attend(line.client, whiteboard).next()).rejects.toThrow("SESSION_ENDED");
});

test("P9 over SSE there is no pong: BAD_USER_INPUT, and no connection", async () => {
  const { student, whiteboard } = await lesson(app);
  const { errors } = (await (await stream(app, student, ATTEND, { whiteboard })).next())!;
  expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  expect((await student.ask(ATTEND, { whiteboard })).errors?.[0]).toBeDefined();
  expect((await status(student, whiteboard)).version).toBe(0);
});

test("P9 subscribing and leaving at once leaves nothing behind", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  for (let i = 0; i < 6; i += 1) {
    const breaking = await lines.open(student);
    const here = attend(line.client, whiteboard);
    attend(breaking.client, whiteboard);
    await new Promise((resolve) => setTimeout(resolve, i * 2));
    here.stop();
    breaking.socket.terminate();
  }
  await expect.poll(() => app.app.bus.topics).toBe(0);
  await expect.poll(async () => (await status(student, whiteboard)).student.openConnections).toBe(0);
  await connect(student, whiteboard);
});

// With the usual lease the server sends no pings of its own that soon, whose pongs would be statements more.
test("P9 pongs of many are one statement a flush, at the time they came", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const open = [await lines.open(student), await lines.open(student), await lines.open(tutor)];
  for (const { client } of [...open, ...open]) await attend(client, whiteboard).next();
  jump(app, "15:00:01.500");
  for (const line of open) await line.pong();
  jump(app, "15:00:02");
  const held = holdFirst(app, BEAT);
  onTestFinished(() => void vi.restoreAllMocks());
  held.release();
  await app.app.services.sockets.flush();
  await app.app.services.sockets.flush();
  expect(held.statements).toBe(1);
  const here = { openConnections: 4, lastActivityAt: "15:00:01.500" };
  expect(await status(tutor, whiteboard)).toMatchObject({ student: here, tutor: { openConnections: 2 } });
});
