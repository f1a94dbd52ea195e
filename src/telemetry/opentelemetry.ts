import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Span as OpenSpan, Tracer } from "@opentelemetry/api";
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Log } from "../services/shared/ports.ts";
import type { Span, Traces } from "./traces.ts";

const FLUSH_WITHIN_MS = 1_000;

/**
 * Sends spans by OTLP over HTTP, as JSON. Where to, how many and under what name the SDK reads from the standard
 * `OTEL_*` variables itself. Loaded only here: a server that is not traced pays for none of it.
 */
export async function startTraces(log: Log): Promise<Traces> {
  const [api, { BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources, core] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/core"),
  ]);
  const { ROOT_CONTEXT, SpanStatusCode, trace, defaultTextMapGetter } = api;
  const provider = new BasicTracerProvider({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ "service.name": "rollcall" }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new BatchSpanProcessor(watched(new OTLPTraceExporter(), log))],
  });
  const tracer: Tracer = provider.getTracer("rollcall");
  const propagator = new core.W3CTraceContextPropagator();
  // Of our own, not the SDK's global one: several servers may run in a process.
  const running = new AsyncLocalStorage<Context>();

  const contextOf = (within: Span["within"]): Context => {
    if (within === "around") return running.getStore() ?? ROOT_CONTEXT;
    return within === "alone" ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, within, defaultTextMapGetter);
  };

  return {
    async span({ name, attributes, within }, work) {
      const parent = contextOf(within);
      const span: OpenSpan = tracer.startSpan(name, { attributes }, parent);
      try {
        return await running.run(trace.setSpan(parent, span), work);
      } catch (error) {
        // Its kind alone: messages may hold what a client sent.
        span.setAttribute("error.type", error instanceof Error ? error.name : typeof error);
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    failed(code) {
      const context = running.getStore();
      const span = context === undefined ? undefined : trace.getSpan(context);
      span?.setAttribute("error.type", code).setStatus({ code: SpanStatusCode.ERROR });
    },
    async stop() {
      const flushed = provider.shutdown().catch((error: unknown) => {
        log.warn({ err: error }, "the last traces could not be sent");
      });
      await Promise.race([flushed, sleep(FLUSH_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

/** The exporter, with its troubles told once when they begin and once when they end: the SDK drops spans without a word. */
function watched(exporter: SpanExporter, log: Log): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !failing) log.warn({ err: result.error }, "traces cannot be sent");
        if (!failed && failing) log.info({}, "traces are sent again");
        failing = failed;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
