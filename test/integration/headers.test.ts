import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { lesson, type Lesson } from "../support/lesson.ts";
import { WATCH } from "../support/presence.ts";
import { post } from "../support/request.ts";

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
    body: JSON.stringify({ query: WATCH, variables: { room: here.room } }),
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
