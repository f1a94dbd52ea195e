import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "./config.ts";
import { createAccessStore } from "./database/people/access-store.ts";
import { troubleOf } from "./database/client/errors.ts";
import { createEvidenceStore } from "./database/suggestion/evidence-store.ts";
import { createLedgerStore } from "./database/presence/ledger-store.ts";
import { createMarkStore } from "./database/attendance/mark-store.ts";
import type { Database } from "./database/client/open.ts";
import { createPeopleStore } from "./database/people/people-store.ts";
import { createSessionStore } from "./database/sessions/session-store.ts";
import { MemoryBus } from "./events/memory-bus.ts";
import { RedisBus } from "./events/redis-bus.ts";
import type { ExecutionOptions } from "./graphql/execution/execution.ts";
import { type EventLoop, neverBehind } from "./event-loop.ts";
import { JobScheduler } from "./job-scheduler.ts";
import { limitLog } from "./log.ts";
import type { Offer } from "./server/console/people.ts";
import type { Tour } from "./server/graphiql/tour.ts";
import type { Clock, Log } from "./services/shared/ports.ts";
import { createServices, type Services } from "./services/services.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";
import { noTraces, type Traces } from "./telemetry/traces.ts";
import { createGraphQLServer } from "./transport.ts";

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
  readonly jobScheduler: JobScheduler;
  /** Serves and keeps house. */
  listen(port: number, host: string): Promise<URL>;
  /** Not ready, no new work, what is in flight committed. The database stays open: whoever opened it closes it. */
  close(): Promise<void>;
}

/** What a drain waits for the store, each time. A lock is waited for no longer either. */
const STORE_WITHIN_MS = 1_500;
const MAX_TOLERANCE_MS = 3_000;

/** Wires the concrete parts together: with transport.ts the only place that knows them. */
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
          recovered: () => jobScheduler.recover(),
        });
  const bus = redis ?? new MemoryBus();
  const health = () => {
    const { ready, details } = jobScheduler.health();
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
  const jobScheduler = new JobScheduler(services, clock, log, requireSpace, config.leaseMs, troubleOf);
  const server = createGraphQLServer({ ...parts, log }, services, arrivals, health, telemetry, metrics);
  return {
    services,
    bus,
    jobScheduler: jobScheduler,
    async listen(port, host) {
      await redis?.connect();
      await jobScheduler.start();
      return server.listen(port, host);
    },
    async close() {
      jobScheduler.drain();
      const { sockets, heartbeats } = services;
      await atMost(STORE_WITHIN_MS, async () => {
        await Promise.all([sockets.flush(), sockets.drain()]);
      }).catch((error: unknown) => log.warn({ err: error }, "connections are left to their lease"));
      await server.close();
      await atMost(STORE_WITHIN_MS, () => heartbeats.idle());
      await atMost(STORE_WITHIN_MS / 2, () => jobScheduler.stop());
      await redis?.close();
    },
  };
}

/** A store that answers nobody is not waited for: what it was told is committed or will not be. */
async function atMost(ms: number, work: () => Promise<void>): Promise<void> {
  await Promise.race([work(), sleep(ms, undefined, { ref: false })]);
}
