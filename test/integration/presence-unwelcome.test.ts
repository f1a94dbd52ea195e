import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { expectTrueColumns } from "../support/ledger.ts";
import { lesson, PARENT, STUDENT, TUTOR } from "../support/lesson.ts";
import { Lines } from "../support/line.ts";
import { attend, connect, newDay, spans, status, watch } from "../support/presence.ts";

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
const WITHIN_MS = 5_000;

test("§6 a parent whose link is removed is told nothing more within 5 s, over a socket that stays open", async () => {
  const { admin, student, parent, tutor, room } = await lesson(app);
  const line = await lines.open(parent);
  const [theirs, others] = [watch(line.client, room), watch((await lines.open(tutor)).client, room)];
  await Promise.all([theirs.next(), others.next()]);
  await app.clock.advance(WITHIN_MS);
  await connect(student, room);
  await Promise.all([theirs.next(), others.next()]);
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [] }) { id } }`);
  await app.clock.advance(WITHIN_MS);
  await connect(student, room);
  await expect(theirs.next()).rejects.toThrow("NOT_FOUND");
  expect((await others.next()).version).toBe(2);
  expect(line.socket.readyState).toBe(line.socket.OPEN);
  await expect(watch(line.client, room).next()).rejects.toThrow("NOT_FOUND");
});

test("§6 a tutor who is replaced neither watches nor attends any more within 5 s", async () => {
  const { tutor, admin, room, sessionId } = await lesson(app);
  const line = await lines.open(tutor);
  const [watching, attending] = [watch(line.client, room), attend(line.client, room)];
  await Promise.all([watching.next(), attending.next()]);
  const { prisma } = app.store.database;
  await prisma.session.update({ where: { id: Number(sessionId) }, data: { tutorId: PARENT } });
  await app.clock.advance(WITHIN_MS);
  await expect(attending.ended()).rejects.toThrow("NOT_FOUND");
  await expect(watching.ended()).rejects.toThrow("NOT_FOUND");
  await expect.poll(async () => (await status(admin, room)).tutor.connected).toBe(false);
  expect(await spans(admin, room)).toEqual([expect.stringMatching(/^TUTOR 15:00:00 - .* DISCONNECTED$/)]);
  await prisma.session.update({ where: { id: Number(sessionId) }, data: { tutorId: TUTOR } });
});

test("§6 one who is related in two ways stays for the other one; admin and service always do", async () => {
  const { admin, service, student, room } = await lesson(app);
  const both = app.as(TUTOR, "tutor", "parent");
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [${TUTOR}] }) { id } }`);
  const readers = [];
  for (const caller of [both, admin, service]) readers.push(watch((await lines.open(caller)).client, room));
  for (const reader of readers) await reader.next();
  await admin.get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: [] }) { id } }`);
  await app.clock.advance(WITHIN_MS);
  await connect(student, room);
  for (const reader of readers) expect((await reader.next()).version).toBe(1);
});
