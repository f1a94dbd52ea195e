import { randomUUID } from "node:crypto";
import { createTokenVerifier } from "./auth/tokens.ts";
import type { Config } from "./config.ts";
import { createAccessStore } from "./database/access-store.ts";
import { isDatabaseAway } from "./database/away.ts";
import { createEvidenceStore } from "./database/evidence-store.ts";
import { createLedgerStore } from "./database/ledger/store.ts";
import { createMarkStore } from "./database/mark-store.ts";
import type { Database } from "./database/open.ts";
import { createPeopleStore } from "./database/people-store.ts";
import { createSessionStore } from "./database/session-store.ts";
import { MemoryBus } from "./events/memory-bus.ts";
import { type Context, createLoaders } from "./graphql/context.ts";
import { createDocuments } from "./graphql/documents.ts";
import { createErrorFormatter } from "./graphql/errors.ts";
import { validationRules } from "./graphql/rules.ts";
import { schema } from "./graphql/schema.ts";
import { Housekeeping } from "./housekeeping.ts";
import type { Viewer } from "./auth/viewer.ts";
import { createHttpHandler } from "./server/http.ts";
import { createHttpServer, type HttpServer } from "./server/server.ts";
import { createWebSocketHandler } from "./server/websocket.ts";
import type { Clock, Log } from "./services/ports.ts";
import { createServices, type Services } from "./services/services.ts";

export interface AppParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The HS256 secret, or null when tokens are checked by published keys. */
  readonly secret: string | null;
  /** How long nobody may look after presence before that counts as an absence, in milliseconds. */
  readonly tolerance?: number;
}

export interface App {
  readonly services: Services;
  readonly bus: MemoryBus;
  readonly housekeeping: Housekeeping;
  /** Serves and keeps house. */
  listen(port: number, host: string): Promise<URL>;
  /** Not ready, no new work, what is in flight committed. The database stays open: whoever opened it closes it. */
  close(): Promise<void>;
}

const TOLERANCE_MS = 3_000;
const LONGEST_PING_INTERVAL_MS = 10_000;

/** Wires the concrete parts together: the only place that knows them all. */
export function createApp(parts: AppParts): App {
  const { config, database, clock, log } = parts;
  const { prisma } = database;
  const bus = new MemoryBus();
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
    log,
    newId: randomUUID,
    settings: {
      lease: { length: config.leaseMs, tolerance: parts.tolerance ?? TOLERANCE_MS },
      heartbeatSeconds: config.heartbeatMs / 1000,
      autoCompleteAfter: config.autoCompleteMs,
      retention: config.retentionMs,
    },
  });
  const housekeeping = new Housekeeping(services, clock, log, config.leaseMs);
  const server = createGraphQLServer(parts, services, housekeeping);
  return {
    services,
    bus,
    housekeeping,
    async listen(port, host) {
      await housekeeping.start();
      return server.listen(port, host);
    },
    async close() {
      housekeeping.drain();
      await services.sockets.flush();
      await server.close();
      await services.heartbeats.idle();
      await housekeeping.stop();
    },
  };
}

function createGraphQLServer(parts: AppParts, services: Services, housekeeping: Housekeeping): HttpServer {
  const { config, database, clock, log, secret } = parts;
  const development = config.environment !== "production";
  const context = (viewer: Viewer | null, socketId: string | null): Context => ({
    prisma: database.prisma,
    services,
    viewer,
    socketId,
    arrivedAt: clock.now(),
    load: createLoaders(services, viewer),
  });
  const transport = {
    schema,
    context,
    log,
    verifier: createTokenVerifier(
      { ...config.auth, secret },
      () => clock.now(),
      (problem) => {
        log.warn({ err: problem }, "tokens cannot be checked");
      },
    ),
    formatError: createErrorFormatter(
      isDatabaseAway,
      (error) => log.error({ err: error }, "an operation failed"),
      development,
    ),
    documents: createDocuments(schema, {
      rules: validationRules({ introspection: development, limits: config.limits }),
      tokens: config.limits.tokens,
      hints: development,
    }),
    corsOrigins: config.corsOrigins,
  };
  return createHttpServer({
    graphql: createHttpHandler({ ...transport, graphiql: development, maxBytes: config.limits.bytes }),
    webSocket: createWebSocketHandler({
      ...transport,
      sockets: services.sockets,
      clock,
      pingInterval: Math.min(LONGEST_PING_INTERVAL_MS, config.leaseMs / 3),
      limits: config.limits,
    }),
    health: () => housekeeping.health(),
  });
}
