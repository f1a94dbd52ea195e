import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { openLine } from "../../support/line.ts";
import { ATTEND, attend, spans, WATCH } from "../../support/presence.ts";
import { deferred } from "../../support/promises.ts";
import { stream } from "../../support/sse.ts";

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

/** Nobody reads or writes a session until the returned function is called. */
async function lockSessions(): Promise<() => Promise<void>> {
  const [locked, over] = [deferred<void>(), deferred<void>()];
  const holding = app.store.database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`lock table sessions in access exclusive mode`;
    locked.resolve();
    await over.promise;
  });
  await locked.promise;
  return () => {
    over.resolve();
    return holding;
  };
}

const late = (message: string, retryable: boolean) => ({
  data: null,
  errors: [{ message, extensions: { code: "UNAVAILABLE", retryable } }],
});

test("§7 an operation that takes too long is UNAVAILABLE, over HTTP and WebSocket, and a change may still come", async () => {
  const { sessionId } = await lesson(app);
  const [patient, tutor] = [app, impatient].map((each) => each.as(TUTOR, "tutor")) as [Caller, Caller];
  const line = await openLine(tutor);
  const unlock = await lockSessions();

  const mark = `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: EXCUSED }) { id } }`;
  const read = `{ session(id: ${sessionId}) { attendance { studentStatus version } } }`;
  const [marked, shown, overSocket] = await Promise.all([
    tutor.ask(mark),
    tutor.ask(read),
    line.get(read).catch((error: Error) => error.message),
  ]);
  await unlock();
  expect(marked).toEqual(late("This took longer than 0.5 s. It may still be done: look before you try again.", false));
  expect(shown).toEqual(late("This took longer than 0.5 s. Try again.", true));
  expect(overSocket).toContain('"code":"UNAVAILABLE"');

  const attendance = async () => (await patient.get(read)).session.attendance;
  await expect.poll(attendance).toEqual({ studentStatus: "EXCUSED", version: 1 });
  expect(line.socket.readyState).toBe(line.socket.OPEN);
});

test("§7 a subscription that takes too long to start is UNAVAILABLE, and left when it does start", async () => {
  const { whiteboard } = await lesson(app);
  const student = impatient.as(STUDENT, "student");
  const line = await openLine(student);
  const unlock = await lockSessions();
  const [attended, watched, streamed] = await Promise.all([
    line.get(ATTEND, { whiteboard }).catch((error: Error) => error.message),
    line.get(WATCH, { whiteboard }).catch((error: Error) => error.message),
    stream(impatient, student, WATCH, { whiteboard }).then((each) => each.next()),
  ]);
  expect(impatient.app.services.sockets.counts).toEqual({ bound: 0, attending: 0 });
  await unlock();
  expect(attended).toContain('"code":"UNAVAILABLE"');
  expect(watched).toContain('"code":"UNAVAILABLE"');
  expect(streamed).toEqual(late("This took longer than 0.5 s. Try again.", true));
  const states = async () => (await spans(student, whiteboard)).map((span) => span.split(" ").at(-1));
  await expect.poll(states).toEqual(["DISCONNECTED"]);
  await expect.poll(() => impatient.app.bus.topics).toBe(0);
  expect(await attend(line.client, whiteboard).next()).toMatchObject({
    student: { connected: true, openConnections: 1 },
  });
  await line.client.dispose();
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
