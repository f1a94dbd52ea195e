import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startTraces } from "../../../src/telemetry/opentelemetry.ts";
import type { Traces } from "../../../src/telemetry/traces.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { type Collector, openCollector } from "../../support/collector.ts";
import { lesson } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { silent } from "../../support/log.ts";
import { recordLog } from "../../support/metrics.ts";
import { beat, CONNECT, connect, watch } from "../../support/presence.ts";
import { JSON_TYPE, post } from "../../support/request.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

let collector: Collector;
let traces: Traces;
let app: TestApp;
const lines = new Lines();
beforeEach(async () => {
  collector = await openCollector();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url);
  traces = await startTraces(silent);
  app = await testApp({ traces });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await traces.stop();
  await app.dispose();
  await collector.dispose();
});

const spansOf = (name: string) => collector.spans.filter((span) => span.name === name);

test("an operation is a span of the trace that its request belongs to, and the ledger's change is one within it", async () => {
  const { student, whiteboard } = await lesson(app);
  const headers = { ...JSON_TYPE, authorization: `Bearer ${await student.token}` };
  const query = CONNECT.replace("mutation", "mutation Enter");
  const variables = { input: { whiteboardSessionId: whiteboard } };
  await post(app, { query, variables }, { ...headers, traceparent: `00-${TRACE}-${PARENT}-01` });
  await traces.stop();
  const [operation, ...others] = spansOf("mutation Enter");
  expect(others).toEqual([]);
  expect(operation).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, failed: false });
  expect(operation?.attributes).toEqual({ "graphql.operation.type": "mutation", "graphql.operation.name": "Enter" });
  expect(spansOf("ledger change").at(-1)).toMatchObject({ traceId: TRACE, parentSpanId: operation?.spanId });
  expect(collector.service).toBe("rollcall");
});

test("without a traceparent, or with a wrong one, a trace begins; a failure shows by its code", async () => {
  const { student } = await lesson(app);
  const headers = { ...JSON_TYPE, authorization: `Bearer ${await student.token}` };
  for (const traceparent of ["00-nonsense", `00-${"0".repeat(32)}-${PARENT}-01`]) {
    await post(app, { query: "{ session(id: 0) { id } }" }, { ...headers, traceparent });
  }
  await traces.stop();
  const queries = spansOf("query");
  expect(queries).toHaveLength(2);
  expect(new Set(queries.map((span) => span.traceId)).size).toBe(2);
  for (const span of queries) {
    expect(span).toMatchObject({ failed: true, attributes: { "error.type": "BAD_USER_INPUT" } });
    expect(span.parentSpanId).toBeUndefined();
  }
});

test("a batch of heartbeats is a trace of its own: it belongs to all operations that wait for it", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  await beat(student, id);
  await traces.stop();
  const [batch] = spansOf("heartbeat batch");
  expect(batch).toMatchObject({ attributes: { "rollcall.beats": 1 } });
  expect(batch?.parentSpanId).toBeUndefined();
});

test("a subscription is the span of its beginning; no variable, name or token is ever sent", async () => {
  const { tutor, whiteboard } = await lesson(app);
  const following = watch((await lines.open(tutor)).client, whiteboard);
  await following.next();
  await lines.close(app);
  await traces.stop();
  expect(spansOf("subscription")).toMatchObject([{ attributes: { "graphql.operation.type": "subscription" } }]);
  expect(collector.bodies.join()).not.toMatch(/Tia|Sam|eyJ|Bearer|whiteboardSessionId|"whiteboard"/);
});

test("stopping waits for a collector that does not answer no longer than a second", async () => {
  const deaf = await openCollector({ answers: false });
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", deaf.url);
  const stuck = await startTraces(silent);
  await stuck.span({ name: "work", attributes: {}, within: "alone" }, () => Promise.resolve());
  const since = performance.now();
  await stuck.stop();
  expect(performance.now() - since).toBeLessThan(1_500);
  expect(deaf.spans.map((span) => span.name)).toEqual(["work"]);
  await deaf.dispose();
});

test("a collector that cannot be reached is one warning, and another line when it is back", async () => {
  const gone = await openCollector();
  await gone.dispose();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", gone.url);
  vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "100");
  vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "10");
  const recorded = recordLog();
  const lost = await startTraces(recorded.log);
  const said = () => recorded.lines().map(({ msg }) => msg as string);
  const work = () => lost.span({ name: "work", attributes: {}, within: "alone" }, () => Promise.resolve());
  await work();
  await expect.poll(said).toEqual(["traces cannot be sent"]);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(said()).toHaveLength(1);
  const back = await openCollector({ port: Number(new URL(gone.url).port) });
  await work();
  await expect.poll(said).toEqual(["traces cannot be sent", "traces are sent again"]);
  await lost.stop();
  await back.dispose();
});

test("the sampler is the SDK's own affair: OTEL_TRACES_SAMPLER=always_off sends nothing", async () => {
  vi.stubEnv("OTEL_TRACES_SAMPLER", "always_off");
  const none = await startTraces(silent);
  const other = await testApp({ traces: none, store: app.store });
  await other.anonymous.get("query Unseen { __typename }");
  await other.dispose();
  await none.stop();
  expect(spansOf("query Unseen")).toEqual([]);
});
