import { setTimeout as sleep } from "node:timers/promises";
import { PrismaClient } from "../../generated/prisma/client.ts";
import { requireDiskSpace } from "./disk.ts";
import { type DirectoryTaken, openEmbedded } from "./embedded.ts";
import { checkIsolation, isPooled, placeOf, readIdentity } from "./server-check.ts";
import { migrate, warnOfRepairedTimes } from "../migrations/runner.ts";
import type { MigrationTransaction } from "../migrations/connection.ts";
import { begin, EmbeddedAdapter } from "./pglite-adapter.ts";
import { poolAdapter } from "./pool-adapter.ts";
import { beginMigration, CONNECT_TIMEOUT_MS, missingSettings, openPool, reach } from "./postgresql.ts";
import { withOwnTransactions } from "./retry.ts";
import { checkTimes } from "./clock.ts";

export interface Database {
  readonly prisma: PrismaClient;
  readonly kind: "postgresql" | "embedded";
  /** The migrations that opening it applied. */
  readonly applied: readonly string[];
  /** The same for all processes on it, another for every other one. */
  readonly identity: string;
  /** Finishes what runs and gives the connections, or the data directory, back. Queries fail from then on. */
  readonly close: () => Promise<void>;
  /** @throws when the store cannot take more, though statements may still succeed: its disk is full. */
  readonly requireSpace: () => Promise<void>;
  /** The connections of this process now; null: embedded, where there are none. */
  readonly pool: () => PoolFigures | null;
}

export interface PoolFigures {
  readonly total: number;
  readonly idle: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

/** The part of a pino logger that is used here. */
export interface DatabaseLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface DatabaseSettings {
  /** A PostgreSQL URL. Without one PGlite runs in this process, on `dataDir` or, without that either, in memory. */
  readonly url?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly poolSize?: number | undefined;
  /** A statement on PostgreSQL that takes longer fails, in milliseconds. The operations of the API end at 10 s as well. */
  readonly queryTimeoutMs?: number | undefined;
  /** Ends the process at once: another one has taken `dataDir`. Without it all that is asked from then on fails. */
  readonly onTaken?: ((error: DirectoryTaken) => void) | undefined;
  readonly log: DatabaseLog;
}

/** Opens the store, refuses one that can't be relied on (StartupError), and migrates it. */
export function openDatabase(settings: DatabaseSettings): Promise<Database> {
  return settings.url === undefined ? openHere(settings) : openServer(settings, settings.url);
}

async function openServer(settings: DatabaseSettings, url: string): Promise<Database> {
  const { poolSize = 10, queryTimeoutMs = 10_000, log } = settings;
  const pool = openPool(url, poolSize, queryTimeoutMs, (error) => {
    log.warn({ err: error }, "A database connection broke while idle");
  });
  const prisma = client(poolAdapter(pool, url));
  const close = async () => {
    await prisma.$disconnect();
    // A server that is gone without a word never confirms the end of a connection.
    await Promise.race([pool.end(), sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false })]);
  };
  const opened = await ready("postgresql", log, prisma, close, async () => {
    await reach(pool, url);
    await checkTimes(prisma);
    await checkIsolation(prisma, placeOf(url));
    const run = isPooled(url) ? await missingSettings(pool, queryTimeoutMs) : null;
    if (run !== null)
      log.warn(
        { run },
        "The database's role lacks settings that a pooled connection can't bring along (docs/postgresql.md)",
      );
    return migrateAndTell(prisma, () => beginMigration(url), log, placeOf(url));
  });
  const figures = () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount });
  return { ...opened, requireSpace: async () => {}, pool: figures };
}

async function openHere(settings: DatabaseSettings): Promise<Database> {
  const { dataDir, log } = settings;
  const embedded = await openEmbedded(dataDir, settings.onTaken);
  const directory = dataDir ?? "memory";
  const prisma = client(new EmbeddedAdapter(embedded.pglite));
  const close = async () => {
    await prisma.$disconnect();
    await embedded.close();
  };
  const opened = await ready("embedded", log, prisma, close, async () => {
    await checkTimes(prisma);
    await checkIsolation(prisma, `embedded database (${directory})`);
    return migrateAndTell(prisma, () => begin(embedded.pglite), log, directory);
  });
  const requireSpace = async () => (dataDir === undefined ? undefined : requireDiskSpace(dataDir));
  return { ...opened, requireSpace, pool: () => null };
}

const client = (adapter: EmbeddedAdapter | ReturnType<typeof poolAdapter>) =>
  withOwnTransactions(
    new PrismaClient({
      adapter,
      errorFormat: "minimal", // its other formats read source files to quote the line that failed
      transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: 10_000 },
    }),
  );

async function ready(
  kind: Database["kind"],
  log: DatabaseLog,
  prisma: PrismaClient,
  closeStore: () => Promise<void>,
  prepare: () => Promise<string[]>,
): Promise<Omit<Database, "pool" | "requireSpace">> {
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= closeStore());
  try {
    return { kind, prisma, applied: await prepare(), identity: await readIdentity(prisma), close };
  } catch (error) {
    // The first error says more, and is the one to throw.
    await close().catch((later: unknown) => log.warn({ err: later }, "Closing the database failed as well"));
    throw error;
  }
}

async function migrateAndTell(
  prisma: PrismaClient,
  transaction: () => Promise<MigrationTransaction>,
  log: DatabaseLog,
  database: string,
) {
  const applied = await migrate(transaction);
  if (applied.length === 0) return applied;
  log.info({ database, applied }, "Migrations applied");
  await warnOfRepairedTimes(prisma, log);
  return applied;
}
