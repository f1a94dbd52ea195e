import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import type { Role } from "../../../src/auth/claims.ts";
import { type Caller, SECRET, testApp, type TestApp } from "../../support/app.ts";
import { lesson, PARENT, TUTOR } from "../../support/lesson.ts";
import { ATTEND, connect, jump, newDay, status, WATCH } from "../../support/presence.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { stream } from "../../support/sse.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expect.poll(() => [app.app.bus.topics, app.app.services.sockets.size]).toEqual([0, 0]));
afterAll(() => app.dispose());

/** With a token that lives for two seconds of the clock, which the timers wait for. */
async function shortLived(user = PARENT, role: Role = "parent"): Promise<Caller> {
  const wish = { secret: SECRET, user, roles: [role], expiresInSeconds: 2, now: app.clock.now() };
  return app.bearing(await issueDevelopmentToken(wish));
}

const CHANGES = "subscription { sessionChanges { id status } }";

/** Lets the token's time pass, on the clock first: a timer that fires asks the clock. */
async function expire<T>(end: Promise<T>): Promise<T> {
  jump(app, "15:00:02");
  const asked = performance.now();
  const result = await end;
  // Two seconds of the timer, and one in which it has to have happened.
  expect(performance.now() - asked).toBeLessThan(3_000);
  return result;
}

test("§6 a stream over SSE ends with its token: UNAUTHENTICATED, complete, and no event after", async () => {
  const { student, whiteboard } = await lesson(app);
  const watching = await stream(app, await shortLived(), WATCH, { whiteboard });
  expect(await watching.next()).toMatchObject({ data: { presence: { event: "SNAPSHOT" } } });
  expect(await expire(watching.next())).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
  await connect(student, whiteboard);
  expect(await watching.next()).toBeUndefined();
});

test("§6 a socket closes with its token: 4403, and no event after", async () => {
  const { student, whiteboard } = await lesson(app);
  const socket = await rawSocket(app.url);
  await socket.hello(await (await shortLived()).token);
  await socket.ask("watching", { query: WATCH, variables: { whiteboard } });
  expect(await expire(socket.closed)).toEqual({ code: 4403, reason: "Token expired" });
  await connect(student, whiteboard);
  expect(socket.waiting).toEqual([]);
});

test("§6 sessionChanges ends with its token too, over a socket and over SSE, with no event after", async () => {
  const { tutor, whiteboard } = await lesson(app);
  const socket = await rawSocket(app.url);
  await socket.hello(await (await shortLived()).token);
  const [first] = await socket.ask("changes", { query: CHANGES });
  expect(first).toContain('"sessionChanges":[]');
  const watching = await stream(app, await shortLived(), CHANGES, {});
  await watching.next();
  const ended = expire(Promise.all([socket.closed, watching.next()]));
  expect(await ended).toEqual([
    { code: 4403, reason: "Token expired" },
    expect.objectContaining({
      errors: [expect.objectContaining({ extensions: { code: "UNAUTHENTICATED", retryable: false } })],
    }),
  ]);
  await connect(tutor, whiteboard);
  await app.clock.advance(1_000);
  expect(await watching.next()).toBeUndefined();
  expect(socket.waiting).toEqual([]);
});

test("§6 who does not answer the close is cut off, and is not present any more a second later", async () => {
  const { admin, whiteboard } = await lesson(app);
  const socket = await rawSocket(app.url);
  await socket.hello(await (await shortLived(TUTOR, "tutor")).token);
  await socket.ask("there", { query: ATTEND, variables: { whiteboard } });
  expect((await status(admin, whiteboard)).tutor.connected).toBe(true);
  // It reads nothing more, and goes on to prove that it lives.
  socket.socket.pause();
  const pongs = setInterval(() => socket.socket.pong(() => undefined), 100);
  onTestFinished(() => clearInterval(pongs));
  jump(app, "15:00:02");
  const gone = { timeout: 4_500, interval: 100 };
  await expect.poll(async () => (await status(admin, whiteboard)).tutor.connected, gone).toBe(false);
  expect(app.app.services.sockets.size).toBe(0);
  socket.socket.terminate();
});

test("§6 a stream that is over before its token is forgotten, and its error is told as one", async () => {
  const { admin, parent, whiteboard } = await lesson(app);
  const watching = await stream(app, parent, WATCH, { whiteboard });
  await watching.next();
  await admin.get(`mutation { upsertUser(input: { id: 2, name: "Sam", parentIds: [] }) { id } }`);
  await app.clock.advance(5_000);
  expect(await watching.next()).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
  expect(await watching.next()).toBeUndefined();
});
