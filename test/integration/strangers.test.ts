import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { deferred } from "../support/promises.ts";
import { rawSocket } from "../support/raw-socket.ts";
import { JSON_TYPE, post } from "../support/request.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

test.each([
  ["an empty ping", '{"type":"ping"}'],
  ["a ping of 100 KB", JSON.stringify({ type: "ping", payload: { text: "x".repeat(100_000) } })],
  ["a pong", '{"type":"pong"}'],
  ["a hello of 100 KB", JSON.stringify({ type: "connection_init", payload: { text: "x".repeat(100_000) } })],
])("§7 a socket that sends %s before its hello is closed with 4400, and gets no answer", async (_what, message) => {
  const { send, closed, waiting } = await rawSocket(app.url);
  for (let i = 0; i < 20; i += 1) send(message);
  expect(await closed).toMatchObject({ code: 4400 });
  expect(waiting).toEqual([]);
});

test("§7 a socket that pings by frames before its hello is closed with 4400; after it the last of many pings is answered", async () => {
  const stranger = await rawSocket(app.url);
  for (let i = 0; i < 20; i += 1) stranger.socket.ping();
  expect(await stranger.closed).toMatchObject({ code: 4400 });
  const user = await rawSocket(app.url);
  const { socket } = user;
  await user.hello(await app.as(1, "student").token);
  const pongs: string[] = [];
  socket.on("pong", (data) => pongs.push(data.toString()));
  for (let i = 0; i < 500; i += 1) socket.ping(String(i));
  await expect.poll(() => pongs.at(-1)).toBe("499");
  expect(pongs.length).toBeLessThan(400);
  socket.terminate();
});

test("§7 all who are unknown wait for each other: wrong tokens, no tokens, over HTTP, as files and by WebSocket; others do not", async () => {
  const wrong = { ...JSON_TYPE, authorization: "Bearer a.b.c" };
  const user = app.as(2, "student");
  await user.get("{ me { id } }");
  const flood = Array.from({ length: 60 }, () => post(app, { query: "{ __typename }" }, wrong));
  // Somebody else is there: who is alone keeps nobody waiting.
  let over = false;
  const company = (async () => {
    while (!over) {
      await user.get("{ me { id } }");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const began = performance.now();
  const others = [
    post(app, { query: "{ __typename }" }),
    fetch(new URL("/sessions.csv", app.url)),
    fetch(new URL("/nothing", app.url)),
    rawSocket(app.url).then(({ send, closed }) => {
      send({ type: "connection_init", payload: { authorization: "Bearer a.b.c" } });
      return closed;
    }),
  ];
  const waited = await Promise.all(others.map(async (other) => other.then(() => performance.now() - began)));
  const asked = performance.now();
  await fetch(new URL("/health/live", app.url));
  await fetch(new URL("/console", app.url));
  expect(performance.now() - asked).toBeLessThan(Math.min(...waited));
  // 60 that are refused take 1.5 ms each, of which they get a tenth.
  expect(Math.min(...waited)).toBeGreaterThan(500);
  expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]));
  over = true;
  await company;
});

test("§7 of a user's downloads five run at once, the sixth is 429 with Retry-After, until one is over", async () => {
  const authorization = `Bearer ${await app.as(3, "admin").token}`;
  const download = async () => {
    const answer = await fetch(new URL("/sessions.csv", app.url), { headers: { authorization } });
    return { status: answer.status, after: answer.headers.get("retry-after"), text: await answer.text() };
  };
  const [locked, over] = [deferred<void>(), deferred<void>()];
  const holding = app.store.database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`lock table sessions in access exclusive mode`;
    locked.resolve();
    await over.promise;
  });
  await locked.promise;
  const running = Array.from({ length: 5 }, download);
  const refused = await Promise.race([download(), ...running]);
  expect(refused).toMatchObject({ status: 429, after: "1", text: expect.stringContaining('"code":"RATE_LIMITED"') });
  over.resolve();
  await holding;
  await Promise.all(running);
  expect((await download()).status).toBe(200);
});
