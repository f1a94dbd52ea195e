import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cachedVerifier, createTokenVerifier } from "./auth/tokens.ts";
import type { Config } from "./config.ts";
import { createAccessStore } from "./database/people/access-store.ts";
import { isDatabaseAway, troubleOf } from "./database/client/errors.ts";
import { createEvidenceStore } from "./database/suggestion/evidence-store.ts";
import { createLedgerStore } from "./database/presence/ledger-store.ts";
import { createMarkStore } from "./database/attendance/mark-store.ts";
import type { Database } from "./database/client/open.ts";
import { createPeopleStore } from "./database/people/people-store.ts";
import { createSessionStore } from "./database/sessions/session-store.ts";
import { MemoryBus } from "./events/memory-bus.ts";
import { RedisBus } from "./events/redis-bus.ts";
import { fieldOf } from "./graphql/execution/argument-path.ts";
import { type Context, createLoaders, type Origin } from "./graphql/execution/context.ts";
import { createDocuments } from "./graphql/execution/documents.ts";
import { createErrorFormatter } from "./graphql/execution/errors.ts";
import { createExecution, type ExecutionOptions } from "./graphql/execution/execution.ts";
import { createListCostLimit } from "./graphql/execution/list-cost.ts";
import { validationRules } from "./graphql/execution/rules.ts";
import { schema } from "./graphql/schema/schema.ts";
import { type EventLoop, neverBehind } from "./event-loop.ts";
import { JobScheduler } from "./job-scheduler.ts";
import { limitLog } from "./log.ts";
import { Admission } from "./server/http/admission.ts";
import { createConsoleHandler } from "./server/console/handler.ts";
import { loadConsole } from "./server/console/files.ts";
import type { Offer } from "./server/console/people.ts";
import { createExportHandler } from "./server/export/handler.ts";
import { FIRST_LESSON, type Tour } from "./server/graphiql/tour.ts";
import { createHttpHandler } from "./server/http/graphql-handler.ts";
import { LoopMeter } from "./server/quotas/usage-meter.ts";
import { createOperations } from "./server/operations.ts";
import { Origins } from "./server/http/origins.ts";
import { FairScheduler } from "./server/quotas/fair-scheduler.ts";
import { createHttpServer, type Health, type HttpServer } from "./server/http/server.ts";
import { createWebSocketHandler } from "./server/websocket/websocket.ts";
import type { Clock, Log } from "./services/shared/ports.ts";
import { createServices, type Services } from "./services/services.ts";
import type { Telemetry } from "./services/shared/telemetry.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";
import { noTraces, type Traces } from "./telemetry/traces.ts";

export interface AppParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The HS256 secret, or null when tokens are checked by published keys. */
  readonly secret: string | null;
  /** How long nobody may look after presence before that counts as an absence, in milliseconds. */
  readonly tolerance?: number;
  /** How long a query or a mutation may take, in milliseconds. */
  readonly patience?: number | undefined;
  /** Says what may have waited to be read; never anything unless told. */
  readonly eventLoop?: EventLoop | undefined;
  /** When operations are compiled, unless as `createExecution` has it. */
  readonly execution?: Partial<ExecutionOptions>;
  /** Where traces go; nowhere unless told. Whoever started them stops them. */
  readonly traces?: Traces | undefined;
  /** What GraphiQL shows to begin with, where there is one; the first lesson of a fresh database unless told. */
  readonly tour?: (() => Tour) | undefined;
  /** The tokens that browsers on this machine get; none unless given. */
  readonly offer?: Offer | null;
}

export interface App {
  readonly services: Services;
  readonly bus: MemoryBus | RedisBus;
  readonly housekeeping: JobScheduler;
  /** Serves and keeps house. */
  listen(port: number, host: string): Promise<URL>;
  /** Not ready, no new work, what is in flight committed. The database stays open: whoever opened it closes it. */
  close(): Promise<void>;
}

/** What a drain waits for the store, each time. A lock is waited for no longer either. */
const STORE_WITHIN_MS = 1_500;
const MAX_TOLERANCE_MS = 3_000;
const OPERATION_WITHIN_MS = 10_000;
/** Where the build puts it: beside this file of the build. There is nothing beside the source. */
const CONSOLE = fileURLToPath(new URL("console/", import.meta.url));
const MAX_PING_INTERVAL_MS = 10_000;

/**
 * Wires the concrete parts together: the only place that knows them all. Longer than other files for that reason: in two
 * files, two places would know them.
 */
export function createApp(parts: AppParts): App {
  const { config, database, clock } = parts;
  const log = limitLog(parts.log, () => performance.now());
  const { prisma } = database;
  const redis =
    config.redisUrl === null
      ? null
      : new RedisBus({
          url: config.redisUrl,
          self: randomUUID(),
          installation: database.identity,
          log,
          recovered: () => housekeeping.recover(),
        });
  const bus = redis ?? new MemoryBus();
  const health = () => {
    const { ready, details } = housekeeping.health();
    // Without Redis changes of other processes arrive later, and that is all.
    return { ready, details: { ...details, ...(redis === null ? {} : { redis: redis.state }) } };
  };
  const metrics = createMetrics(() => ({
    sockets: services.sockets.size,
    ...services.sockets.counts,
    pool: database.pool(),
    health: health().details,
  }));
  const { eventLoop = neverBehind } = parts;
  const arrivals = { now: () => clock.now() - Math.ceil(eventLoop.behind()) };
  const telemetry = createTelemetry({ metrics, traces: parts.traces ?? noTraces, log });
  const services = createServices({
    stores: {
      ledger: createLedgerStore(prisma, clock),
      access: createAccessStore(prisma),
      sessions: createSessionStore(prisma),
      evidence: createEvidenceStore(prisma),
      marks: createMarkStore(prisma),
      people: createPeopleStore(prisma),
    },
    bus,
    clock,
    arrivals,
    log,
    telemetry,
    newId: randomUUID,
    pause: (ms) => sleep(ms),
    troubleOf,
    settings: {
      lease: {
        length: config.leaseMs,
        tolerance: parts.tolerance ?? Math.min(MAX_TOLERANCE_MS, config.leaseMs / 2),
      },
      heartbeatSeconds: config.heartbeatMs / 1000,
      heartbeatLimit: config.limits.heartbeats,
      autoCompleteAfter: config.autoCompleteMs,
      retention: config.retentionMs,
    },
  });
  const requireSpace = () => database.requireSpace();
  const housekeeping = new JobScheduler(services, clock, log, requireSpace, config.leaseMs, troubleOf);
  const server = createGraphQLServer({ ...parts, log }, services, arrivals, health, telemetry, metrics);
  return {
    services,
    bus,
    housekeeping,
    async listen(port, host) {
      await redis?.connect();
      await housekeeping.start();
      return server.listen(port, host);
    },
    async close() {
      housekeeping.drain();
      const { sockets, heartbeats } = services;
      await atMost(STORE_WITHIN_MS, async () => {
        await Promise.all([sockets.flush(), sockets.drain()]);
      }).catch((error: unknown) => log.warn({ err: error }, "connections are left to their lease"));
      await server.close();
      await atMost(STORE_WITHIN_MS, () => heartbeats.idle());
      await atMost(STORE_WITHIN_MS / 2, () => housekeeping.stop());
      await redis?.close();
    },
  };
}

/** Milliseconds of a processor: whatever else the machine does, and waiting, are not part of it. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** A store that answers nobody is not waited for: what it was told is committed or will not be. */
async function atMost(ms: number, work: () => Promise<void>): Promise<void> {
  await Promise.race([work(), sleep(ms, undefined, { ref: false })]);
}

function createGraphQLServer(
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
  });
}
