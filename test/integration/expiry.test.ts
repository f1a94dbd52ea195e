import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { issueDevelopmentToken } from "../../src/auth/issue.ts";
import { type Caller, SECRET, testApp, type TestApp } from "../support/app.ts";
import { lesson, PARENT } from "../support/lesson.ts";
import { connect, jump, newDay, WATCH } from "../support/presence.ts";
import { rawSocket } from "../support/raw-socket.ts";
import { stream } from "../support/sse.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expect.poll(() => [app.app.bus.topics, app.app.services.sockets.size]).toEqual([0, 0]));
afterAll(() => app.dispose());

/** With a token that lives for two seconds of the clock, which the timers wait for. */
async function shortLived(): Promise<Caller> {
  const wish = { secret: SECRET, user: PARENT, roles: ["parent"] as const, expiresInSeconds: 2, now: app.clock.now() };
  return app.bearing(await issueDevelopmentToken(wish));
}

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
  const { student, room } = await lesson(app);
  const watching = await stream(app, await shortLived(), WATCH, { room });
  expect(await watching.next()).toMatchObject({ data: { presence: { event: "SNAPSHOT" } } });
  expect(await expire(watching.next())).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
  await connect(student, room);
  expect(await watching.next()).toBeUndefined();
});

test("§6 a socket closes with its token: 4403, and no event after", async () => {
  const { student, room } = await lesson(app);
  const socket = await rawSocket(app.url);
  await socket.hello(await (await shortLived()).token);
  await socket.ask("watching", { query: WATCH, variables: { room } });
  expect(await expire(socket.closed)).toEqual({ code: 4403, reason: "Token expired" });
  await connect(student, room);
  expect(socket.waiting).toEqual([]);
});

test("§6 a stream that is over before its token is forgotten, and its error is told as one", async () => {
  const { admin, parent, room } = await lesson(app);
  const watching = await stream(app, parent, WATCH, { room });
  await watching.next();
  await admin.get(`mutation { upsertUser(input: { id: 2, name: "Sam", parentIds: [] }) { id } }`);
  await app.clock.advance(5_000);
  expect(await watching.next()).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
  expect(await watching.next()).toBeUndefined();
});
