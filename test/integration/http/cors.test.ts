import { afterEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { rawSocket } from "../../support/raw-socket.ts";

let app: TestApp;
afterEach(() => app.dispose());

/** What a browser asks before it lets a page of `origin` send a token. */
async function allowedOrigin(origin: string): Promise<string | null> {
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization",
  };
  const response = await fetch(app.url, { method: "OPTIONS", headers });
  return response.headers.get("access-control-allow-origin");
}

test("§6 no page of another origin gets in unless it is configured", async () => {
  app = await testApp();
  expect(await allowedOrigin("https://app.example.com")).toBeNull();
});

test("a page that gets in may send an id of its own and a trace, and read the id of its request", async () => {
  app = await testApp({ env: { CORS_ORIGINS: "https://app.example.com" } });
  const origin = { origin: "https://app.example.com" };
  const asked = await fetch(app.url, {
    method: "OPTIONS",
    headers: { ...origin, "access-control-request-method": "POST", "access-control-request-headers": "traceparent" },
  });
  // There is no cookie that could go with it.
  expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
  expect(asked.headers.get("access-control-allow-methods")).toBe("GET, POST, OPTIONS");
  expect(asked.headers.get("access-control-allow-headers")).toMatch(/authorization.*x-request-id.*traceparent/);
  const answered = await fetch(`${app.url}?query={__typename}`, { headers: origin });
  expect(answered.headers.get("access-control-expose-headers")).toContain("x-request-id");
});

test("§6 a page that gets in may read why it was refused, whatever the reason", async () => {
  app = await testApp({ env: { CORS_ORIGINS: "https://app.example.com", LIMIT_BYTES: "1024" } });
  const send = async (origin: string, body: string, headers: Record<string, string> = {}) => {
    const sent = { "content-type": "application/json", origin, ...headers };
    const answer = await fetch(app.url, { method: "POST", headers: sent, body });
    return [answer.status, answer.headers.get("access-control-allow-origin")];
  };
  const ok = JSON.stringify({ query: "{ __typename }" });
  const refused: [status: number, body: string, headers?: Record<string, string>][] = [
    [200, ok],
    [400, "{"],
    [413, "x".repeat(2_000)],
    [415, ok, { "content-type": "text/plain" }],
    [401, ok, { authorization: "Bearer x" }],
  ];
  for (const [status, body, headers] of refused) {
    expect(await send("https://app.example.com", body, headers)).toEqual([status, "https://app.example.com"]);
    expect(await send("https://evil.example.com", body, headers)).toEqual([status, null]);
  }
});

test("§6 pages of the origins in CORS_ORIGINS get in, others do not", async () => {
  app = await testApp({ env: { CORS_ORIGINS: "https://app.example.com,https://console.example.com" } });
  expect(await allowedOrigin("https://app.example.com")).toBe("https://app.example.com");
  expect(await allowedOrigin("https://console.example.com")).toBe("https://console.example.com");
  // A frame that is kept apart has the origin null, whoever framed it.
  for (const other of ["https://evil.example.com", "http://app.example.com", "null"]) {
    expect(await allowedOrigin(other)).toBeNull();
    const answered = await fetch(`${app.url}?query={__typename}`, { headers: { origin: other } });
    expect(answered.headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("§6 a page gets a socket from its own server and from where its origin is in CORS_ORIGINS, a program always", async () => {
  app = await testApp({ env: { CORS_ORIGINS: "https://app.example.com,https://console.example.com" } });
  const opened = async (headers: Record<string, string>) =>
    rawSocket(app.url, { headers }).then(
      ({ socket }) => {
        socket.terminate();
        return 101;
      },
      (error: Error) => Number(/Unexpected server response: (\d+)/.exec(error.message)?.[1]),
    );
  const own = new URL(app.url);
  expect(await opened({})).toBe(101);
  for (const origin of [own.origin, "https://app.example.com", "https://console.example.com"]) {
    expect([origin, await opened({ origin })]).toEqual([origin, 101]);
  }
  const near = [`http://${own.hostname}`, `http://${own.hostname}:1`, `http://evil.example@${own.host}.evil.example`];
  for (const origin of [...near, "http://app.example.com", "https://app.example.com.evil.example", "null", ""]) {
    expect([origin, await opened({ origin })]).toEqual([origin, 403]);
  }
});
