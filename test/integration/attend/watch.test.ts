import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { holdFirst, RELATION } from "../../support/held.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { lesson, TUTOR } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import {
  beat,
  CANCEL,
  connect,
  end,
  jump,
  leave,
  newDay,
  type Presence,
  session,
  short,
  watch,
  WATCH,
} from "../../support/presence.ts";
import { stream } from "../../support/sse.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(async () => {
  vi.restoreAllMocks();
  await lines.close(app);
  await expectTrueColumns(app);
});
afterAll(() => app.dispose());

const lines = new Lines();
const TOLD = ["SNAPSHOT 0", "CONNECTED 1", "CONNECTED 2", "ACTIVITY 3", "ACTIVITY 4", "DISCONNECTED 5", "TIMED_OUT 6"];

/** Everything that can happen, with heartbeats in between. */
async function live({ tutor, student, whiteboard, sessionId }: Awaited<ReturnType<typeof lesson>>) {
  const { id } = await connect(student, whiteboard);
  await connect(tutor, whiteboard);
  jump(app, "15:00:20");
  await beat(student, id);
  await beat(student, id, "IDLE");
  await beat(student, id, "IDLE");
  await beat(student, id, "ERASE");
  await beat(student, id, "DRAW");
  await leave(student, id);
  await leave(student, id);
  jump(app, "15:00:40");
  await app.app.jobScheduler.sweep();
  jump(app, "16:00");
  await end(tutor, sessionId);
  return [...TOLD, "SESSION_ENDED 7"];
}

test("P11 the state first, then every change in order; heartbeats are none; the version only grows", async () => {
  const all = await lesson(app);
  const changes = watch((await lines.open(all.parent)).client, all.whiteboard);
  const told = [await changes.next()];
  const expected = await live(all);
  while (told.length < expected.length) told.push(await changes.next());
  expect(told.map(({ event, version }) => `${event} ${version}`)).toEqual(expected);
  expect(short(told[5])).toMatchObject({ student: { totalActiveSeconds: 20, disconnectedAt: "15:00:20" } });
  expect(told.every(({ connectionId }) => connectionId === null)).toBe(true);
  expect(changes.waiting).toEqual([]);
});

test("P11 the same over SSE", async () => {
  const all = await lesson(app);
  const changes = await stream<Presence>(app, all.parent, WATCH, { whiteboard: all.whiteboard });
  const read = async () => (await changes.next())!.data!.presence!;
  const told = [await read()];
  const expected = await live(all);
  while (told.length < expected.length) told.push(await read());
  expect(told.map(({ event, version }) => `${event} ${version}`)).toEqual(expected);
  expect(app.app.bus.topics).toBe(1);
  changes.stop();
});

test("P11 over SSE too a stranger finds nothing and nobody is anonymous", async () => {
  const { stranger, whiteboard } = await lesson(app);
  const codeOf = async (caller: typeof stranger) =>
    (await (await stream(app, caller, WATCH, { whiteboard })).next())?.errors?.[0]?.extensions.code;
  expect(await codeOf(stranger)).toBe("NOT_FOUND");
  expect(await codeOf(app.anonymous)).toBe("UNAUTHENTICATED");
  const refused = await stream(app, app.bearing("e30.e30.e30"), WATCH, { whiteboard });
  expect(refused.status).toBe(401);
});

test("P11 totalActiveSeconds includes what is running, in the first state as in every change", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  jump(app, "15:00:12");
  await beat(student, id);
  const changes = watch((await lines.open(tutor)).client, whiteboard);
  expect(await changes.next()).toMatchObject({ version: 1, student: { connected: true, totalActiveSeconds: 12 } });
  jump(app, "15:00:20");
  await beat(student, id);
  await connect(tutor, whiteboard);
  expect(await changes.next()).toMatchObject({ version: 2, student: { totalActiveSeconds: 20 } });
});

test("P11 nothing is missed or told twice between the first state and the changes", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const line = await lines.open(tutor);
  const connects = Array.from({ length: 12 }, () => connect(student, whiteboard));
  const readers = [];
  for (let i = 0; i < 8; i += 1) {
    readers.push(watch(line.client, whiteboard));
    await new Promise((resolve) => setTimeout(resolve, i * 3));
  }
  await Promise.all(connects);
  for (const reader of readers) {
    const versions = [(await reader.next()).version];
    while (versions.at(-1)! < 12) versions.push((await reader.next()).version);
    expect(versions).toEqual(Array.from({ length: versions.length }, (_, i) => versions[0]! + i));
  }
});

test("P11 a reader never gets another session's events", async () => {
  const one = await lesson(app);
  const two = await lesson(app, { start: "18:00", end: "19:00" });
  const line = await lines.open(one.tutor);
  const [first, second] = [watch(line.client, one.whiteboard), watch(line.client, two.whiteboard)];
  await Promise.all([first.next(), second.next()]);
  await connect(one.student, one.whiteboard);
  expect(await first.next()).toMatchObject({ event: "CONNECTED" });
  await line.get("{ __typename }");
  expect(second.waiting).toEqual([]);
});

test("P11 a slow reader gets the newest state, in bounded memory", async () => {
  const { student, whiteboard } = await lesson(app);
  const actor = { id: TUTOR, roles: new Set(["tutor"] as const) };
  const mailbox = await app.app.services.presence.watch(actor, whiteboard);
  const { id } = await connect(student, whiteboard);
  for (let i = 0; i < 25; i += 1) await beat(student, id, i % 2 === 0 ? "IDLE" : "DRAW");
  const versions: number[] = [];
  while (versions.at(-1) !== 26) versions.push((await mailbox.next()).value!.version);
  expect(versions.length).toBeLessThanOrEqual(16);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  await mailbox.return();
});

test("P11 who leaves leaves nothing behind, also when no event ever comes", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const [staying, closing, breaking] = [await lines.open(tutor), await lines.open(student), await lines.open(student)];
  const readers = [staying, closing, breaking].map((line) => watch(line.client, whiteboard));
  const sse = await stream<Presence>(app, tutor, WATCH, { whiteboard });
  await sse.next();
  for (const reader of readers) await reader.next();
  expect([app.app.bus.topics, app.app.services.sockets.size]).toEqual([1, 3]);
  readers[0]!.stop();
  await closing.client.dispose();
  breaking.socket.terminate();
  sse.stop();
  await expect.poll(() => [app.app.bus.topics, app.app.services.sockets.size]).toEqual([0, 1]);
});

test("P11 a socket that breaks while its subscription is on the way leaves nothing behind", async () => {
  const { student, whiteboard } = await lesson(app);
  const held = holdFirst(app, RELATION);
  const line = await lines.open(student);
  watch(line.client, whiteboard);
  await expect.poll(() => held.statements).toBe(1);
  line.socket.terminate();
  await expect.poll(() => app.app.services.sockets.size).toBe(0);
  held.release();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(app.app.bus.topics).toBe(0);
});

test("P12 watchers of a cancelled session are told its end", async () => {
  const { student, tutor, whiteboard, sessionId } = await lesson(app);
  const changes = watch((await lines.open(student)).client, whiteboard);
  await changes.next();
  await tutor.get(CANCEL, { id: sessionId });
  expect(await changes.next()).toMatchObject({ event: "SESSION_ENDED", version: 1 });
  expect(await session(tutor, sessionId)).toMatchObject({ status: "CANCELLED", endedAt: null });
});
