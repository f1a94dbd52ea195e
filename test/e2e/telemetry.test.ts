import { afterAll, afterEach, expect, test } from "vitest";
import { openCollector } from "../support/collector.ts";
import { SECRET } from "../support/running-lesson.ts";
import { ask, type Server, startServer, temporaryDirectory } from "../support/server.ts";

const directory = temporaryDirectory();
let server: Server;
afterEach(async () => {
  server.process.kill("SIGKILL");
  await server.exited;
});
afterAll(() => directory.dispose());

const start = (env: Record<string, string>) => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, ...env });
  return server.ready;
};

test("a traced server sends what is left before it exits, under the name it was given", async () => {
  const collector = await openCollector();
  const url = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: "rollcall-north" });
  await ask(url, null, "query Hello { __typename }");
  server.process.kill("SIGTERM");
  expect(await server.exited).toBe(0);
  expect(collector.spans.map((span) => span.name)).toContain("query Hello");
  expect(collector.service).toBe("rollcall-north");
  await collector.dispose();
});

test("a server shows its metrics, and what it runs on, to whoever asks", async () => {
  const url = await start({});
  await ask(url, null, "{ __typename }");
  const page = await fetch(new URL("/metrics", url));
  const text = await page.text();
  expect(text).toContain('rollcall_operations_total{type="query",transport="http"} 1');
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
});
