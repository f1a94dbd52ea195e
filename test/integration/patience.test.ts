import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Caller, testApp, type TestApp } from "../support/app.ts";
import { lesson, TUTOR } from "../support/lesson.ts";
import { openLine } from "../support/line.ts";
import { deferred } from "../support/promises.ts";

/** A second server on the same database, with less patience than this. */
let app: TestApp;
let impatient: TestApp;
beforeAll(async () => {
  app = await testApp();
  impatient = await testApp({ store: app.store, patience: 500 });
});
afterAll(async () => {
  await impatient.dispose();
  await app.dispose();
});

test("§7 an operation that takes too long is UNAVAILABLE, over HTTP and WebSocket, and a change may still come", async () => {
  const { sessionId } = await lesson(app);
  const [patient, tutor] = [app, impatient].map((each) => each.as(TUTOR, "tutor")) as [Caller, Caller];
  const line = await openLine(tutor);
  const { prisma } = app.store.database;
  const [locked, over] = [deferred<void>(), deferred<void>()];
  const holding = prisma.$transaction(async (tx) => {
    await tx.$executeRaw`lock table sessions in access exclusive mode`;
    locked.resolve();
    await over.promise;
  });
  await locked.promise;

  const mark = `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: EXCUSED }) { id } }`;
  const read = `{ session(id: ${sessionId}) { attendance { studentStatus version } } }`;
  const [marked, shown, overSocket] = await Promise.all([
    tutor.ask(mark),
    tutor.ask(read),
    line.get(read).catch((error: Error) => error.message),
  ]);
  over.resolve();
  await holding;
  const late = (message: string) => ({ data: null, errors: [{ message, extensions: { code: "UNAVAILABLE" } }] });
  expect(marked).toEqual(late("This took longer than 0.5 s. It may still be done: look before you try again."));
  expect(shown).toEqual(late("This took longer than 0.5 s. Try again."));
  expect(overSocket).toContain('"code":"UNAVAILABLE"');

  const attendance = async () => (await patient.get(read)).session.attendance;
  await expect.poll(attendance).toEqual({ studentStatus: "EXCUSED", version: 1 });
  expect(line.socket.readyState).toBe(line.socket.OPEN);
});

test("§7 too long is 10 s, unless told", async () => {
  const forEver = vi.spyOn(app.app.services.people, "me").mockImplementation(() => new Promise(() => undefined));
  const asked = performance.now();
  const { errors } = await app.as(TUTOR, "tutor").ask("{ me { name } }");
  expect(errors).toMatchObject([{ message: "This took longer than 10 s. Try again." }]);
  expect(performance.now() - asked).toBeGreaterThan(9_900);
  expect(performance.now() - asked).toBeLessThan(13_000);
  expect(forEver).toHaveBeenCalled();
  forEver.mockRestore();
});
