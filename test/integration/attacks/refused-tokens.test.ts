import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { rawSocket } from "../../support/raw-socket.ts";

const lines: { level: string; details: Record<string, unknown>; message: string }[] = [];
const at = (level: string) => (details: object, message: string) =>
  void lines.push({ level, details: details as Record<string, unknown>, message });
const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };

let app: TestApp;
let production: TestApp;
beforeAll(async () => {
  app = await testApp({ log, env: { CORS_ORIGINS: "https://a.example" } });
  const env = { NODE_ENV: "production", DATABASE_URL: "embedded" };
  production = await testApp({ store: app.store, log, env });
});
afterAll(async () => {
  await production.dispose();
  await app.dispose();
});

test("§6 why a token is refused is logged at debug with the request's id, and told in a header in development alone", async () => {
  lines.length = 0;
  const headers = { authorization: "Bearer hunter2", "x-request-id": "r-1", "content-type": "application/json" };
  const body = JSON.stringify({ query: "{ __typename }" });
  const posted = await fetch(app.url, { method: "POST", headers, body });
  const csv = await fetch(new URL("/sessions.csv", app.url), { headers });
  const inProduction = await fetch(production.url, { method: "POST", headers, body });
  const reason = "it is not a well-formed JWT";
  for (const answer of [posted, csv]) {
    const told = `Bearer error="invalid_token", error_description="${reason}"`;
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, told]);
  }
  expect([inProduction.status, inProduction.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  expect(await posted.json()).toMatchObject({ errors: [{ message: "The token is not valid." }] });

  const line = { level: "debug", details: { requestId: "r-1", reason }, message: "a token was refused" };
  expect(lines).toEqual([line, line, line]);
  lines.length = 0;
  const client = await rawSocket(app.url);
  await client.hello("hunter2").catch(() => undefined);
  await expect.poll(() => lines.map(({ details }) => details["reason"])).toEqual([reason]);
  expect(JSON.stringify(lines)).not.toContain("hunter2");
  client.socket.terminate();
});

test("§6 a refused origin is logged once, with the setting that would admit it, and a bounded number of them", async () => {
  // Others tell of the operations themselves.
  const refused = () => lines.filter(({ details }) => "origin" in details);
  const ask = (origin: string) => fetch(`${app.url}?query=%7B__typename%7D`, { headers: { origin } });
  for (const origin of ["https://b.example", "https://b.example", "https://a.example", "null", app.url.slice(0, -8)]) {
    await ask(origin);
  }
  const setting = "CORS_ORIGINS=https://a.example,https://b.example";
  expect(refused().map(({ level, details }) => ({ level, details }))).toEqual([
    { level: "warn", details: { origin: "https://b.example", setting } },
  ]);
  for (let i = 0; i < 30; i += 1) await ask(`https://stranger-${i}.example`);
  expect(refused()).toHaveLength(10);
});
