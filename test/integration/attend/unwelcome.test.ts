import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { ADMIN, lesson, PARENT, STUDENT, TUTOR } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { attend, connect, newDay, spans, status, watch, WATCH } from "../../support/presence.ts";
import { read } from "../../support/reader.ts";
import { stream } from "../../support/sse.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await app.as(ADMIN, "admin").get(`mutation { upsertUser(input: { id: ${OTHER_TUTOR}, name: "Tom" }) { id } }`);
});
beforeEach(() => newDay(app));
afterEach(async () => {
  await lines.close(app);
  await expectTrueColumns(app);
});
afterAll(() => app.dispose());

const lines = new Lines();
const WITHIN_MS = 5_000;
const OTHER_TUTOR = 40;

/** As the platform's own software does, which no bus hears of. */
async function replaceTutor(sessionId: string, tutorId: number): Promise<void> {
  await app.store.database.prisma.session.update({ where: { id: Number(sessionId) }, data: { tutorId } });
}

test("§6 a parent whose link is removed is told nothing more within 5 s, over a socket that stays open", async () => {
  const { admin, student, parent, tutor, whiteboard } = await lesson(app);
  const line = await lines.open(parent);
  const [theirs, others] = [watch(line.client, whiteboard), watch((await lines.open(tutor)).client, whiteboard)];
  await Promise.all([theirs.next(), others.next()]);
  await app.clock.advance(WITHIN_MS);
  await connect(student, whiteboard);
  await Promise.all([theirs.next(), others.next()]);
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [] }) { id } }`);
  await app.clock.advance(WITHIN_MS);
  await connect(student, whiteboard);
  await expect(theirs.next()).rejects.toThrow("NOT_FOUND");
  expect((await others.next()).version).toBe(2);
  expect(line.socket.readyState).toBe(line.socket.OPEN);
  await expect(watch(line.client, whiteboard).next()).rejects.toThrow("NOT_FOUND");
});

test("§6 a tutor who is replaced neither watches nor attends any more within 5 s", async () => {
  const { tutor, admin, whiteboard, sessionId } = await lesson(app);
  const line = await lines.open(tutor);
  const [watching, attending] = [watch(line.client, whiteboard), attend(line.client, whiteboard)];
  await Promise.all([watching.next(), attending.next()]);
  await replaceTutor(sessionId, OTHER_TUTOR);
  await app.clock.advance(WITHIN_MS);
  await expect(attending.ended()).rejects.toThrow("NOT_FOUND");
  await expect(watching.ended()).rejects.toThrow("NOT_FOUND");
  await expect.poll(async () => (await status(admin, whiteboard)).tutor.connected).toBe(false);
  expect(await spans(admin, whiteboard)).toEqual([expect.stringMatching(/^TUTOR 15:00:00 - .* DISCONNECTED$/)]);
  await replaceTutor(sessionId, TUTOR);
});

const CHANGES = "subscription ($from: DateTime) { sessionChanges(filter: { from: $from }) { id } }";
const MARK = "mutation ($id: ID!) { markAttendance(input: { sessionId: $id, tutorStatus: LATE }) { id } }";

test("§6 neither a former parent nor a replaced tutor is told of changes any more, over socket or SSE", async () => {
  const { admin, parent, tutor, student, sessionId } = await lesson(app);
  const today = { from: new Date(app.clock.now()) };
  const overSocket = async (caller: Caller) =>
    read<{ id: string }[]>((await lines.open(caller)).client, CHANGES, today, "sessionChanges");
  const sockets = [await overSocket(parent), await overSocket(tutor)];
  const streams = [await stream(app, parent, CHANGES, today), await stream(app, tutor, CHANGES, today)];
  const staying = await overSocket(student);
  await Promise.all([...sockets, ...streams, staying].map((each) => each.next()));

  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [] }) { id } }`);
  await replaceTutor(sessionId, OTHER_TUTOR);
  await app.clock.advance(WITHIN_MS);
  await admin.get(MARK, { id: sessionId });
  await app.clock.advance(WITHIN_MS);
  expect(await staying.next()).toEqual([{ id: sessionId }]);
  expect(sockets.map(({ waiting }) => waiting)).toEqual([[], []]);
  // What they hear next is of a lesson that they may know of.
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [${PARENT}] }) { id } }`);
  await app.clock.advance(WITHIN_MS);
  const next = await lesson(app, { start: "18:00", end: "19:00", open: false });
  await app.clock.advance(1_000);
  for (const each of streams) {
    const told: unknown[] = [];
    while (told.length === 0) told.push(...((await each.next())?.data?.["sessionChanges"] as unknown[]));
    expect(told).toEqual([{ id: next.sessionId }]);
  }
  streams.forEach((each) => each.stop());
  await replaceTutor(sessionId, TUTOR);
});

test("§6 a former parent is not told of changes even before anybody has looked whose parent they are", async () => {
  const { admin, parent, student, sessionId } = await lesson(app);
  const today = { from: new Date(app.clock.now()) };
  const follow = async (caller: Caller) =>
    read<{ id: string }[]>((await lines.open(caller)).client, CHANGES, today, "sessionChanges");
  const [theirs, staying] = [await follow(parent), await follow(student)];
  await Promise.all([theirs.next(), staying.next()]);
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [] }) { id } }`);
  await admin.get(MARK, { id: sessionId });
  await app.clock.advance(500);
  expect(await staying.next()).toEqual([{ id: sessionId }]);
  expect(theirs.waiting).toEqual([]);
});

test("§6 a stream over SSE of a tutor who is replaced ends within 5 s", async () => {
  const { tutor, student, whiteboard, sessionId } = await lesson(app);
  const watching = await stream(app, tutor, WATCH, { whiteboard });
  await watching.next();
  await replaceTutor(sessionId, OTHER_TUTOR);
  await app.clock.advance(WITHIN_MS);
  await connect(student, whiteboard);
  expect(await watching.next()).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
  expect(await watching.next()).toBeUndefined();
  await replaceTutor(sessionId, TUTOR);
});

test("§6 one who is related in two ways stays for the other one; admin and service always do", async () => {
  const { admin, service, student, whiteboard } = await lesson(app);
  const both = app.as(TUTOR, "tutor", "parent");
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [${TUTOR}] }) { id } }`);
  const readers = [];
  for (const caller of [both, admin, service]) readers.push(watch((await lines.open(caller)).client, whiteboard));
  for (const reader of readers) await reader.next();
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [] }) { id } }`);
  await app.clock.advance(WITHIN_MS);
  await connect(student, whiteboard);
  for (const reader of readers) expect((await reader.next()).version).toBe(1);
});
