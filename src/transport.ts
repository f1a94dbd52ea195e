import { fileURLToPath } from "node:url";
import { cachedVerifier, createTokenVerifier } from "./auth/tokens.ts";
import { isDatabaseAway } from "./database/client/errors.ts";
import { fieldOf } from "./graphql/execution/argument-path.ts";
import { type Context, createLoaders, type Origin } from "./graphql/execution/context.ts";
import { createDocuments } from "./graphql/execution/documents.ts";
import { createErrorFormatter } from "./graphql/execution/errors.ts";
import { createExecution } from "./graphql/execution/execution.ts";
import { createListCostLimit } from "./graphql/execution/list-cost.ts";
import { validationRules } from "./graphql/execution/rules.ts";
import { schema } from "./graphql/schema/schema.ts";
import { Admission } from "./server/http/admission.ts";
import { createConsoleHandler } from "./server/console/handler.ts";
import { loadConsole } from "./server/console/files.ts";
import { createExportHandler } from "./server/export/handler.ts";
import { FIRST_LESSON } from "./server/graphiql/tour.ts";
import { createHttpHandler } from "./server/http/graphql-handler.ts";
import { LoopMeter } from "./server/quotas/usage-meter.ts";
import { createOperations } from "./server/operations.ts";
import { Origins } from "./server/http/origins.ts";
import { FairScheduler } from "./server/quotas/fair-scheduler.ts";
import { createHttpServer, type Health, type HttpServer } from "./server/http/server.ts";
import { createWebSocketHandler } from "./server/websocket/websocket.ts";
import type { Clock } from "./services/shared/ports.ts";
import type { Services } from "./services/services.ts";
import type { Telemetry } from "./services/shared/telemetry.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import type { AppParts } from "./app.ts";

const OPERATION_WITHIN_MS = 10_000;
/** Where the build puts it: beside this file of the build. There is nothing beside the source. */
const CONSOLE = fileURLToPath(new URL("console/", import.meta.url));
const MAX_PING_INTERVAL_MS = 10_000;

/** What serves HTTP and WebSocket, in front of the services. */
export function createGraphQLServer(
  parts: AppParts,
  services: Services,
  arrivals: Pick<Clock, "now">,
  health: () => Health,
  telemetry: Telemetry,
  metrics: Metrics,
): HttpServer {
  const { config, clock, log, secret } = parts;
  const development = config.environment !== "production";
  const now = () => clock.now();
  const monotonic = () => clock.monotonic();
  // One by one: copying what is not known beforehand took a twentieth of a heartbeat's time.
  const context = ({ viewer, socketId, requestId, traceparent, usage, arrivedAt }: Origin): Context => ({
    viewer,
    socketId,
    requestId,
    traceparent,
    services,
    arrivedAt: arrivedAt ?? arrivals.now(),
    load: createLoaders(services, viewer, usage),
    usage,
  });
  const formatError = createErrorFormatter({
    isUnavailable: isDatabaseAway,
    report: (error, call) => log.error({ err: error, ...call }, "an operation failed"),
    count: (code) => telemetry.failed(code),
    hints: development,
  });
  const verifier = cachedVerifier(
    createTokenVerifier({ ...config.auth, secret }, now, {
      monotonic,
      onProblem: (problem) => log.warn({ err: problem }, "tokens cannot be checked"),
      onRecovery: () => log.info({}, "the host of the keys is back"),
    }),
    now,
    monotonic,
  );
  const shares = new FairScheduler(() => performance.now());
  // The embedded store works on the event loop itself: what its statements take is not held against who sent them.
  const meter = new LoopMeter(
    { processor: processorTime, steady: () => performance.now() },
    config.databaseUrl !== null,
  );
  const refused = (code: string) => telemetry.failed(code);
  const admission = new Admission({ meter, shares, verifier, refused, log, development });
  const transport = {
    schema,
    context,
    log,
    verifier,
    formatError,
    operations: createOperations({
      telemetry,
      formatError,
      fieldOf,
      execute: createExecution({ now: () => performance.now(), ...parts.execution }),
      refuse: createListCostLimit(schema, config.limits.nodes),
      within: parts.patience ?? OPERATION_WITHIN_MS,
      // Half of the connections to the database; the embedded one has but one.
      places: config.databaseUrl === null ? 2 : Math.max(2, Math.floor(config.databasePool / 2)),
    }),
    documents: createDocuments(schema, {
      rules: validationRules({ introspection: development }),
      limits: config.limits,
      introspection: development,
    }),
    shares,
    meter,
    admission,
    corsOrigins: config.corsOrigins,
    origins: new Origins(config.corsOrigins, log),
    development,
    clock,
    arrivals,
  };
  const tour = parts.tour ?? (() => FIRST_LESSON);
  return createHttpServer({
    graphql: createHttpHandler({
      ...transport,
      graphiql: development ? tour : null,
      offersTokens: parts.offer != null,
      maxBytes: config.limits.bytes,
      maxStreams: config.limits.subscriptions,
      refused,
    }),
    csv: createExportHandler({ ...transport, refused }),
    webSocket: createWebSocketHandler({
      ...transport,
      sockets: services.sockets,
      pingInterval: Math.min(MAX_PING_INTERVAL_MS, config.leaseMs / 3),
      limits: config.limits,
    }),
    health,
    metrics,
    console: createConsoleHandler(loadConsole(CONSOLE), parts.offer ?? null, tour, (error) => {
      log.error({ err: error }, "the console could not offer people");
    }),
    admission,
    log,
    clock,
    arrivals,
  });
}

/** Milliseconds of a processor: whatever else the machine does, and waiting, are not part of it. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
