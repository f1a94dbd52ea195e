import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { lesson, type Lesson, SERVICE, STUDENT, TUTOR } from "../../support/lesson.ts";
import { type Line, openLine } from "../../support/line.ts";
import { attend, beat, CONNECT, connect, end, HEARTBEAT, newDay, spans, status } from "../../support/presence.ts";

// A server that drains while another one goes on with its people.
let store: TestDatabase;
let draining: TestApp;
let other: TestApp;
let at: Lesson;
beforeAll(async () => {
  store = await testDatabase();
});
beforeEach(async () => {
  [draining, other] = [await testApp({ store }), await testApp({ store })];
  newDay(draining);
  newDay(other);
  at = await lesson(draining);
});
afterAll(() => store.dispose());

const jump = (time: string) => [draining, other].forEach(({ clock }) => clock.jumpTo(clock.at(time)));
const ROLES: Record<number, "tutor" | "service"> = { [TUTOR]: "tutor", [SERVICE]: "service" };
const lineTo = async (app: TestApp, user = STUDENT): Promise<Line> => {
  const line = await openLine(app.as(user, ROLES[user] ?? "student"));
  onTestFinished(() => void line.client.dispose());
  return line;
};
const student = () => other.as(STUDENT, "student");
const tutor = () => other.as(TUTOR, "tutor");
const seen = async () => {
  const { version, student } = await status(tutor(), at.whiteboard);
  return { version, open: student.openConnections };
};

/** The server drains with the clients of those lines still there, and is gone. */
async function drain(...lines: Line[]): Promise<void> {
  await draining.app.close();
  for (const line of lines) expect((await line.closed).code).toBe(1001);
}
afterEach(async () => {
  await draining.dispose();
  await expectTrueColumns(other);
  await other.dispose();
});

test("P14 who attends goes on over another server with the connection that they have, and was never gone", async () => {
  const line = await lineTo(draining);
  const { connectionId } = await attend(line.client, at.whiteboard).next();
  jump("15:00:10");
  await drain(line);
  expect(await seen()).toEqual({ version: 1, open: 1 });
  jump("15:00:20");
  const first = await attend((await lineTo(other)).client, at.whiteboard).next();
  expect(first).toMatchObject({ connectionId, version: 1, student: { connected: true } });
  expect(await spans(student(), at.whiteboard)).toEqual(["STUDENT 15:00:00 - (15:00:20)"]);
});

test("P14 what a socket connected goes on with the same person's next socket, once for each", async () => {
  const input = { input: { whiteboardSessionId: at.whiteboard } };
  const lines = [await lineTo(draining), await lineTo(draining)];
  const ids = [];
  for (const line of lines) ids.push((await line.get(CONNECT, input)).connect.id);
  await drain(...lines);
  const again = [];
  for (let i = 0; i < 3; i += 1) again.push((await (await lineTo(other)).get(CONNECT, input)).connect.id);
  expect(again.slice(0, 2).sort()).toEqual(ids.sort());
  expect(ids).not.toContain(again[2]);
  expect(await seen()).toEqual({ version: 3, open: 3 });
});

test("P3, P14 an id of one's own is the one that goes on", async () => {
  const line = await lineTo(draining);
  const mine = randomUUID();
  await attend(line.client, at.whiteboard).next();
  await attend(line.client, at.whiteboard, mine).next();
  await drain(line);
  const first = await attend((await lineTo(other)).client, at.whiteboard, mine).next();
  expect(first).toMatchObject({ connectionId: mine, version: 2, student: { openConnections: 2 } });
});

test("P2, P14 nobody takes over another person's connection, and nothing but a socket takes over a socket's", async () => {
  const line = await lineTo(draining);
  const { connectionId } = await attend(line.client, at.whiteboard).next();
  await drain(line);
  const theirs = await attend((await lineTo(other, TUTOR)).client, at.whiteboard).next();
  expect(theirs.connectionId).not.toBe(connectionId);
  expect((await connect(student(), at.whiteboard)).id).not.toBe(connectionId);
  expect(await seen()).toEqual({ version: 3, open: 2 });
});

test("P8, P14 once taken over it closes with its new socket, and is nobody else's", async () => {
  const line = await lineTo(draining);
  await attend(line.client, at.whiteboard).next();
  await drain(line);
  const heir = await lineTo(other);
  const { connectionId } = await attend(heir.client, at.whiteboard).next();
  const next = await attend((await lineTo(other)).client, at.whiteboard).next();
  expect(next.connectionId).not.toBe(connectionId);
  heir.socket.terminate();
  await expect.poll(seen).toEqual({ version: 3, open: 1 });
});

test("P5, P13 who does not come back is gone when their lease has run out, and credited to their last proof of life", async () => {
  const line = await lineTo(draining);
  await attend(line.client, at.whiteboard).next();
  jump("15:00:05");
  await line.pong();
  jump("15:00:10");
  await drain(line);
  jump("15:00:40");
  await other.app.jobScheduler.sweep();
  expect(await seen()).toEqual({ version: 1, open: 1 });
  jump("15:00:41");
  await other.app.jobScheduler.sweep();
  expect(await spans(tutor(), at.whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:05 TIMED_OUT"]);
  const late = await attend((await lineTo(other)).client, at.whiteboard).next();
  expect(late).toMatchObject({ version: 3, student: { openConnections: 1 } });
});

test("P12, P14 a session that ended meanwhile takes nobody over", async () => {
  const line = await lineTo(draining);
  await attend(line.client, at.whiteboard).next();
  await drain(line);
  jump("16:30");
  await end(tutor(), at.sessionId);
  const heir = await lineTo(other);
  await expect(attend(heir.client, at.whiteboard).next()).rejects.toThrow("SESSION_ENDED");
});

test("P7, P14 a connection whose client goes on with it is nobody's to take, by its beats or by its own id", async () => {
  const line = await lineTo(draining);
  const { id } = (await line.get(CONNECT, { input: { whiteboardSessionId: at.whiteboard } })).connect;
  const mine = randomUUID();
  await line.get(CONNECT, { input: { whiteboardSessionId: at.whiteboard, connectionId: mine } });
  await drain(line);
  jump("15:00:10");
  await (await lineTo(other)).get(HEARTBEAT, { id });
  await connect(student(), at.whiteboard, { connectionId: mine });
  jump("15:00:12");
  const tab = await lineTo(other);
  const second = (await tab.get(CONNECT, { input: { whiteboardSessionId: at.whiteboard } })).connect;
  expect([id, mine]).not.toContain(second.id);
  tab.socket.close();
  await expect.poll(seen).toMatchObject({ open: 2 });
  await beat(student(), id);
});

test("P3, P14 a tab without an id does not take one of another tab's own choice", async () => {
  const line = await lineTo(draining);
  const mine = randomUUID();
  await attend(line.client, at.whiteboard, mine).next();
  await drain(line);
  const reader = attend((await lineTo(other)).client, at.whiteboard);
  expect((await reader.next()).connectionId).not.toBe(mine);
  const owner = attend((await lineTo(other)).client, at.whiteboard, mine);
  expect((await owner.next()).connectionId).toBe(mine);
  owner.stop();
  await expect.poll(seen).toMatchObject({ open: 1 });
  expect((await reader.next()).student.openConnections).toBe(1);
});

test("P2, P14 what a service connected on somebody's behalf is not theirs to take, nor theirs the service's", async () => {
  const input = { input: { whiteboardSessionId: at.whiteboard, userId: String(STUDENT) } };
  const [own, behalf] = [await lineTo(draining), await lineTo(draining, SERVICE)];
  const { connectionId } = await attend(own.client, at.whiteboard).next();
  const { id } = (await behalf.get(CONNECT, input)).connect;
  await drain(own, behalf);
  expect([id, connectionId]).not.toContain((await (await lineTo(other, SERVICE)).get(CONNECT, input)).connect.id);
  expect((await attend((await lineTo(other)).client, at.whiteboard).next()).connectionId).toBe(connectionId);
});

test("P9, P10, P14 who comes anew is active, whatever the one before them said", async () => {
  const line = await lineTo(draining);
  const { connectionId } = await attend(line.client, at.whiteboard).next();
  await beat(draining.as(STUDENT, "student"), connectionId as string, "IDLE");
  await drain(line);
  jump("15:00:20");
  const first = await attend((await lineTo(other)).client, at.whiteboard).next();
  expect(first).toMatchObject({ connectionId, student: { active: true } });
});
