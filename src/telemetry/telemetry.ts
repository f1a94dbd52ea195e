import type { Log } from "../services/shared/ports.ts";
import type { OperationFacts, Telemetry } from "../services/shared/telemetry.ts";
import type { Metrics } from "./metrics.ts";
import type { Span, Traces } from "./traces.ts";

const SLOW_MS = 1_000;

/** Counts, times and traces what it is told, and logs operations: the slow ones for everybody to see. */
export function createTelemetry({ metrics, traces, log }: { metrics: Metrics; traces: Traces; log: Log }): Telemetry {
  return {
    async operation(facts, run) {
      const since = performance.now();
      try {
        return await traces.span(spanOf(facts), run);
      } finally {
        const ms = performance.now() - since;
        metrics.operation(facts, ms / 1_000);
        const { requestId, name: operation, type, transport } = facts;
        const details = { requestId, operation, type, transport, ms: Math.round(ms) };
        if (ms > SLOW_MS) log.warn(details, "a slow operation");
        else log.debug(details, "an operation");
      }
    },

    subscribed() {
      let running = true;
      metrics.subscriptions(1);
      return () => {
        if (running) metrics.subscriptions(-1);
        running = false;
      };
    },

    failed(code) {
      metrics.failed(code);
      traces.failed(code);
    },

    async batch(beats, write) {
      const since = performance.now();
      try {
        // What waits for a batch comes from many operations; none of them is what it runs in.
        const span: Span = { name: "heartbeat batch", attributes: { "rollcall.beats": beats }, within: "alone" };
        const written = await traces.span(span, write);
        metrics.written(beats);
        return written;
      } finally {
        metrics.batch(beats, (performance.now() - since) / 1_000);
      }
    },

    async commit(change) {
      const since = performance.now();
      try {
        return await traces.span({ name: "ledger change", attributes: {}, within: "around" }, change);
      } finally {
        metrics.commit((performance.now() - since) / 1_000);
      }
    },

    // Clocks of two processes may differ by a little, and one of another version may not say when it committed.
    delivered: (after) => metrics.delivered((after > 0 ? after : 0) / 1_000),
    expired: (connections) => metrics.expired(connections),
    completed: (sessions) => metrics.completed(sessions),
    failing: (job, rows) => metrics.failing(job, rows),
  };
}

function spanOf({ type, name, traceparent }: OperationFacts): Span {
  return {
    name: name === null ? type : `${type} ${name}`,
    attributes: { "graphql.operation.type": type, ...(name === null ? {} : { "graphql.operation.name": name }) },
    within: traceparent === null ? "alone" : { traceparent },
  };
}
