import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import { openCollector } from "../../support/collector.ts";
import { SECRET } from "../../support/running-lesson.ts";
import { ask, type Server, startServer, storeDirectory } from "../../support/server.ts";

const directory = storeDirectory();
let server: Server | undefined;
afterEach(async () => {
  server?.process.kill("SIGKILL");
  await server?.exited;
});
afterAll(() => directory.dispose());

const start = (env: Record<string, string>): Server => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, ...env });
  return server;
};

test("a traced server sends what is left before it exits, under the name it was given", async () => {
  const collector = await openCollector();
  const traced = start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: "rollcall-north" });
  await ask(await traced.ready, null, "query Hello { __typename }");
  traced.process.kill("SIGTERM");
  expect(await traced.exited).toBe(0);
  expect(collector.spans.map((span) => span.name)).toContain("query Hello");
  expect(collector.service).toBe("rollcall-north");
  await collector.dispose();
});

test("a server shows its metrics, and what it runs on, to whoever asks", async () => {
  const url = await start({}).ready;
  await ask(url, null, "{ __typename }");
  const page = await fetch(new URL("/metrics", url));
  const text = await page.text();
  expect(text).toContain('rollcall_operations_total{type="query",transport="http"} 1');
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
});

test("a server that is not traced loads nothing of OpenTelemetry's SDK", () => {
  const script = `
    import { createRequire } from "node:module";
    const { cache } = createRequire(import.meta.url);
    const loaded = () => Object.keys(cache).filter((file) => /@opentelemetry.(sdk|exporter|otlp|resources)/.test(file)).length;
    await import("./dist/app.js");
    const { startTraces } = await import("./dist/telemetry/opentelemetry.js");
    const before = loaded();
    await startTraces(console);
    console.log(JSON.stringify({ before, traced: loaded() > 0 }));`;
  const cwd = fileURLToPath(new URL("../../..", import.meta.url));
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd, encoding: "utf8" });
  expect(JSON.parse(output)).toEqual({ before: 0, traced: true });
});
