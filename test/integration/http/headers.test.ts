import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { WATCH } from "../../support/presence.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { post } from "../../support/request.ts";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp({ env: { NODE_ENV: "development", LIMIT_BYTES: "4096" } });
  here = await lesson(app);
});
afterAll(() => app.dispose());

const EVERYWHERE = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Those headers, and the policy, of an answer whose status is as expected. */
function expectClosed(headers: Record<string, unknown>, policy = "default-src 'none'; frame-ancestors 'none'"): void {
  expect(headers).toMatchObject({ ...EVERYWHERE, "content-security-policy": policy });
  expect(headers).not.toHaveProperty("x-powered-by");
  expect(headers).not.toHaveProperty("server");
}

test("§6 every answer says that nobody may frame, sniff, cache or refer to it", async () => {
  const authorization = `Bearer ${await here.tutor.token}`;
  const json = { "content-type": "application/json" };
  const ask = (body: unknown, headers: Record<string, string> = json) => post(app, body, headers);
  const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, app.url), init);
  const query = { query: "{ __typename }" };
  const answers: [status: number, answer: Promise<{ status: number; headers: Headers }>][] = [
    [200, ask(query)],
    [200, ask({ query: "{ me { id } }" }, { ...json, authorization })],
    [200, ask({ query: "{" })],
    [400, ask("{")],
    [401, ask(query, { ...json, authorization: "Bearer x" })],
    [413, ask("x".repeat(5_000))],
    [415, ask(query, { "content-type": "text/plain" })],
    [405, get("/graphql?query=mutation{endSession(sessionId:1){id}}")],
    [200, get("/graphql?query={__typename}")],
    [405, get("/graphql", { method: "OPTIONS" })],
    [200, get("/health/live")],
    [200, get("/health/ready")],
    [200, get("/metrics")],
    [405, get("/metrics", { method: "POST" })],
    [200, get("/sessions.csv", { headers: { authorization } })],
    [401, get("/sessions.csv")],
    [405, get("/sessions.csv", { method: "POST" })],
    [503, get("/console")],
    [405, get("/console", { method: "POST" })],
    [404, get("/")],
    [404, get("/graphql/more")],
  ];
  for (const [status, answer] of answers) {
    const { status: actual, headers } = await answer;
    expect(actual).toBe(status);
    expectClosed(Object.fromEntries(headers));
  }
});

test("§6 a stream of events too", async () => {
  const abort = new AbortController();
  const response = await fetch(app.url, {
    method: "POST",
    signal: abort.signal,
    headers: {
      accept: "text/event-stream",
      "content-type": "application/json",
      authorization: `Bearer ${await here.tutor.token}`,
    },
    body: JSON.stringify({ query: WATCH, variables: { whiteboard: here.whiteboard } }),
  });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  expectClosed(Object.fromEntries(response.headers));
  abort.abort();
});

test("§6 the GraphiQL page has a policy of its own, and cannot be framed either", async () => {
  const response = await fetch(app.url, { headers: { accept: "text/html" } });
  expectClosed(Object.fromEntries(response.headers), "frame-ancestors 'none'");
  expect(await response.text()).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; `);
});

function headersOf(answer: string): Record<string, string> {
  const lines = answer.split("\r\n\r\n", 1)[0]?.split("\r\n").slice(1) ?? [];
  return Object.fromEntries(
    lines.map((line) => [line.split(": ", 1)[0]?.toLowerCase(), line.slice(line.indexOf(": ") + 2)]),
  );
}

/** What text sent as it is is answered with, up to the connection's end. */
function answered(text: string): Promise<{ status: number; headers: Record<string, string> }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve({ status: Number(answer.split(" ", 2)[1]), headers: headersOf(answer) }));
  });
}

const UPGRADE = "Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
const KEY = `Sec-WebSocket-Key: ${"x".repeat(22)}==\r\n`;

test.each([
  ["no HTTP", 400, "nonsense\r\n\r\n"],
  ["a request without a Host", 400, "GET /graphql HTTP/1.1\r\n\r\n"],
  ["a body in broken chunks", 400, "POST /graphql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
  ["too many headers", 431, `GET /graphql HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
  ["an expectation", 417, "GET /graphql HTTP/1.1\r\nHost: a\r\nExpect: much\r\nConnection: close\r\n\r\n"],
  ["a socket without a key", 400, `GET /graphql HTTP/1.1\r\n${UPGRADE}Sec-WebSocket-Version: 13\r\n\r\n`],
  ["a socket of another version", 400, `GET /graphql HTTP/1.1\r\n${UPGRADE}${KEY}Sec-WebSocket-Version: 7\r\n\r\n`],
  ["a socket by POST", 405, `POST /graphql HTTP/1.1\r\n${UPGRADE}${KEY}Sec-WebSocket-Version: 13\r\n\r\n`],
])("§6 %s too, which no handler of ours sees", async (_what, expected, text) => {
  const { status, headers } = await answered(text);
  expect(status).toBe(expected);
  expectClosed(headers);
});

test("§7 headers that are not there after 10 s are 408, which says the same", async () => {
  const asked = performance.now();
  const { status, headers } = await answered("GET /graphql HTTP/1.1\r\nHost: a\r\nX: ");
  expect(status).toBe(408);
  expectClosed(headers);
  expect(performance.now() - asked).toBeGreaterThan(9_900);
  expect(performance.now() - asked).toBeLessThan(13_000);
});

test("§6 a stream that has begun is cut off, with nothing after it, when its connection turns to nonsense", async () => {
  const body = JSON.stringify({ query: WATCH, variables: { whiteboard: here.whiteboard } });
  const head = [
    "POST /graphql HTTP/1.1",
    "Host: a",
    "Accept: text/event-stream",
    "Content-Type: application/json",
    `Authorization: Bearer ${await here.tutor.token}`,
    `Content-Length: ${body.length}`,
  ].join("\r\n");
  const text = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(app.url).port), "127.0.0.1", () => socket.write(`${head}\r\n\r\n${body}`));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
      if (answer.includes("SNAPSHOT")) socket.write("nonsense\r\n\r\n");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
  });
  expect(text).toContain("SNAPSHOT");
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

test("§6 a socket that is refused is over, even if its client would keep it half open", async () => {
  const text = `GET /graphql HTTP/1.1\r\n${UPGRADE}${KEY}Sec-WebSocket-Version: 13\r\nOrigin: https://evil.example\r\n\r\n`;
  const socket = connect({ port: Number(new URL(app.url).port), host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  const closed = new Promise((resolve) => socket.on("error", () => undefined).once("close", resolve));
  socket.resume().write(text);
  await new Promise((resolve) => socket.once("end", resolve));
  // What comes for a connection that is no more is answered with its reset.
  const writing = setInterval(() => socket.write("x"), 50);
  onTestFinished(() => clearInterval(writing));
  await closed;
});

test("§6 a socket that is refused is answered like that too", async () => {
  const upgrade = (path: string, origin: string) =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown> }>((resolve, reject) => {
      const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", origin };
      const asked = request(new URL(path, app.url), {
        headers: { ...headers, "sec-websocket-key": "x".repeat(22) + "==" },
      });
      asked.on("response", ({ statusCode, headers }) => resolve({ status: statusCode, headers }));
      asked.on("error", reject);
      asked.end();
    });
  const foreign = await upgrade("/graphql", "https://evil.example");
  expect(foreign.status).toBe(403);
  expectClosed(foreign.headers);
  const elsewhere = await upgrade("/sockets", new URL(app.url).origin);
  expect(elsewhere.status).toBe(404);
  expectClosed(elsewhere.headers);
});

test("§6 a socket that comes while the server drains is answered with 503, like that too", async () => {
  const draining = await testApp({ store: app.store });
  const slow = await rawSocket(draining.url);
  await slow.hello(await here.tutor.token);
  // It does not answer the close, and so is waited for.
  slow.socket.pause();
  const late = connect(Number(new URL(draining.url).port), "127.0.0.1");
  late.write("GET /graphql HTTP/1.1\r\n");
  await once(late, "connect");
  await draining.anonymous.get("{ __typename }");
  const over = draining.dispose();
  await new Promise((resolve) => setTimeout(resolve, 100));
  late.write(`${UPGRADE}${KEY}Sec-WebSocket-Version: 13\r\n\r\n`);
  let answer = "";
  late.on("data", (chunk) => (answer += chunk.toString()));
  await once(late, "close");
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expectClosed(headersOf(answer));
  slow.socket.terminate();
  await over;
});
