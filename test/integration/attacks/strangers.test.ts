import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { scrape } from "../../support/metrics.ts";
import { deferred } from "../../support/promises.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { JSON_TYPE, post } from "../../support/request.ts";

const ORIGIN = "https://app.example.com";
let app: TestApp;
beforeAll(async () => {
  app = await testApp({ env: { CORS_ORIGINS: ORIGIN } });
});
afterAll(() => app.dispose());

/** Somebody else is there, until this is called: who is alone keeps nobody waiting. */
function company(user: Caller): () => Promise<void> {
  let over = false;
  const there = (async () => {
    while (!over) {
      await user.get("{ me { id } }");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return () => {
    over = true;
    return there;
  };
}

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

const FLOOD = 100;

/** How many wrong tokens have come so far. */
const refused = async (from: TestApp) => (await scrape(from))('rollcall_errors_total{code="UNAUTHENTICATED"}') ?? 0;

test("§7 all who are unknown wait for each other: wrong tokens, no tokens, over HTTP, as files and by WebSocket; others do not", async () => {
  const wrong = { ...JSON_TYPE, authorization: "Bearer a.b.c" };
  const user = app.as(2, "student");
  const known = await refused(app);
  // Somebody else is there all the time: who is alone keeps nobody waiting.
  let over = false;
  const company = [1, 2, 3].map(async () => {
    while (!over) await user.get("{ __typename }");
  });
  /** What was answered, in order. */
  const answered: string[] = [];
  const note = <T>(name: string, answer: Promise<T>) => answer.finally(() => answered.push(name));
  const flood = Array.from({ length: FLOOD }, () => note("flood", post(app, { query: "{ __typename }" }, wrong)));
  // A wrong token is counted when it has arrived, and answered when it is its turn.
  await expect.poll(() => refused(app), { interval: 5 }).toBe(known + FLOOD);
  const others = [
    note("api", post(app, { query: "{ __typename }" })),
    note("file", fetch(new URL("/sessions.csv", app.url))),
    note("nothing", fetch(new URL("/nothing", app.url))),
    note(
      "socket",
      rawSocket(app.url).then(({ send, closed }) => {
        send({ type: "connection_init", payload: { authorization: "Bearer a.b.c" } });
        return closed;
      }),
    ),
  ];
  const probes = [
    note("probe", fetch(new URL("/health/live", app.url))),
    note("page", fetch(new URL("/console", app.url))),
    note("user", app.as(3, "student").get("{ __typename }")),
  ];
  await Promise.all([...flood, ...others, ...probes]);
  over = true;
  await Promise.all(company);
  const last = answered.lastIndexOf("flood");
  const place = (name: string) => answered.indexOf(name);
  // In the order of arrival, whatever they are; two answers that leave one after the other may be read the other way round.
  for (const name of ["api", "file", "nothing", "socket"]) {
    expect(place(name), name).toBeGreaterThan(last - 5);
    for (const other of ["probe", "page", "user"]) expect(place(other), `${other}, ${name}`).toBeLessThan(place(name));
  }
  expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]));
});

test("§7 strangers who fill the accounts that they share keep neither preflights nor health checks waiting", async () => {
  const user = app.as(4, "student");
  await user.get("{ me { id } }");
  const leave = company(user);
  const flood = (path: string) => {
    const answered = { count: 0 };
    const all = Array.from({ length: 100 }, () => fetch(new URL(path, app.url)).then(() => (answered.count += 1)));
    return { answered, all: Promise.all(all) };
  };
  const [pages, metrics] = [flood("/console"), flood("/metrics")];
  await expect.poll(() => Math.min(pages.answered.count, metrics.answered.count)).toBeGreaterThan(2);
  const headers = { origin: ORIGIN, "access-control-request-method": "POST" };
  const preflight = await fetch(app.url, { method: "OPTIONS", headers });
  const health = await Promise.all(["live", "ready"].map((path) => fetch(new URL(`/health/${path}`, app.url))));
  expect(Math.max(pages.answered.count, metrics.answered.count)).toBeLessThan(90);
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  expect(preflight.headers.get("access-control-max-age")).toBe("7200");
  expect(health.map(({ status }) => status)).toEqual([200, 200]);
  await Promise.all([pages.all, metrics.all]);
  await leave();
}, 20_000);

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
