import { afterEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";

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
  expect(asked.headers.get("access-control-allow-headers")).toMatch(/authorization.*x-request-id.*traceparent/);
  const answered = await fetch(`${app.url}?query={__typename}`, { headers: origin });
  expect(answered.headers.get("access-control-expose-headers")).toContain("x-request-id");
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
