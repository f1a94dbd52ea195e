import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlQuery } from "@prisma/driver-adapter-utils";
import pg from "pg";
import type { MigrationTransaction } from "./migration-connection.ts";
import { messageOf, StartupError } from "./startup-error.ts";

/** Waiting for a connection, new or free, ends after this, so that a caller hears UNAVAILABLE while it can still retry. */
export const CONNECT_TIMEOUT_MS = 2_000;
const LOCK_TIMEOUT_MS = 2_000;

/** Every connection keeps its prepared statements, so lists of every length must not add to them without end. */
const MAX_STATEMENT_NAMES = 256;

function parse(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new StartupError(
    "DATABASE_UNREACHABLE",
    "DATABASE_URL is no URL. Write postgresql://user:password@host:5432/database, special characters percent-encoded.",
  );
}

/** adapter-pg writes times without an offset: in a session of any other zone they are stored shifted (D3). */
function connection(url: string, applicationName: string, more: readonly string[] = []): pg.PoolConfig {
  const target = parse(url);
  const options = [...more, target.searchParams.get("options"), "-c TimeZone=UTC"].filter(Boolean).join(" ");
  target.searchParams.set("options", options);
  return {
    connectionString: target.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: applicationName,
  };
}

/** Where a URL leads, for people to read: never the user's password. */
export function placeOf(url: string): string {
  const { host, port, database } = new pg.Client({ connectionString: parse(url).href });
  return `database «${database ?? ""}» on ${host}:${port}`;
}

/**
 * @param queryTimeoutMs after so long without an answer a statement fails and its connection is dropped: the other end may be
 *   gone without a word
 * @param onError hears of connections that break while nobody uses them; unheard, such an error would end the process
 */
export function openPool(url: string, size: number, queryTimeoutMs: number, onError: (error: Error) => void): pg.Pool {
  // The server gives up before we do, and gives its locks up: one process that is stuck must not hold all others.
  const patience = [
    `-c lock_timeout=${LOCK_TIMEOUT_MS}`,
    `-c statement_timeout=${queryTimeoutMs - 1_000}`,
    `-c idle_in_transaction_session_timeout=${queryTimeoutMs}`,
  ];
  const pool = new pg.Pool({ ...connection(url, "rollcall", patience), max: size, query_timeout: queryTimeoutMs });
  pool.on("error", onError);
  return pool;
}

export function poolAdapter(pool: pg.Pool, url: string): PrismaPg {
  // A pooler that hands out connections by the transaction may not know names; Prisma's flag for those is understood.
  const named = parse(url).searchParams.get("pgbouncer") !== "true";
  return new PrismaPg(pool, { statementNameGenerator: named ? statementNames(MAX_STATEMENT_NAMES) : undefined });
}

/**
 * The first `limit` statements get a name, under which PostgreSQL keeps them prepared. Later ones, and those without
 * parameters such as BEGIN (which go in one short message), stay unnamed.
 */
export function statementNames(limit: number): (query: Pick<SqlQuery, "sql" | "args">) => string {
  const names = new Map<string, string>();
  return ({ sql, args }) => {
    let name = names.get(sql);
    if (name === undefined && args.length > 0 && names.size < limit) {
      name = `rollcall_${names.size}`;
      names.set(sql, name);
    }
    return name ?? "";
  };
}

/** What a server must be before anything else is asked of it. */
export async function checkServer(pool: pg.Pool, url: string): Promise<void> {
  const result = await pool
    .query<{ version: number; release: string; standby: boolean; readOnly: boolean; encoding: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_version') as release,
         pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as "readOnly",
         current_setting('server_encoding') as encoding`,
    )
    .catch((error: unknown) => {
      throw unreachable(url, error);
    });
  const server = result.rows[0]!;
  const place = placeOf(url);
  if (server.version < 150_000) {
    throw new StartupError(
      "DATABASE_TOO_OLD",
      `The ${place} is PostgreSQL ${server.release}. Upgrade it to 15 or later.`,
    );
  }
  if (server.standby || server.readOnly) {
    throw new StartupError(
      "DATABASE_READ_ONLY",
      server.standby
        ? `The ${place} is a standby and takes no writes. Point DATABASE_URL at the primary.`
        : `The ${place} is set to read-only transactions. Switch default_transaction_read_only off for it and its user.`,
    );
  }
  if (server.encoding !== "UTF8") {
    throw new StartupError(
      "DATABASE_ENCODING",
      `The ${place} has the encoding ${server.encoding}, which can't hold every name and note. ` +
        "Create a database with encoding 'UTF8' and point DATABASE_URL at it.",
    );
  }
}

function unreachable(url: string, error: unknown): StartupError {
  // Where a name has several addresses, Node reports one error for each and none in words.
  const reason = error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : messageOf(error);
  return new StartupError(
    "DATABASE_UNREACHABLE",
    `Can't use the ${placeOf(url)}: ${reason}. Check that it runs, and DATABASE_URL: host, port, database, user, password.`,
    { cause: error },
  );
}

/**
 * A connection of its own, without the time limits of the pool: a migration takes as long as it takes. It must see what
 * others committed while it waited for the lock, whatever the database's default isolation is.
 */
export async function beginMigration(url: string): Promise<MigrationTransaction> {
  const adapter = await new PrismaPg({ ...connection(url, "rollcall-migrate"), max: 1 }).connect();
  const transaction = await adapter.startTransaction("READ COMMITTED").catch(async (error: unknown) => {
    await adapter.dispose();
    throw unreachable(url, error);
  });
  const execute = async (sql: string) => void (await transaction.executeRaw({ sql, args: [], argTypes: [] }));
  const end = async (sql: string) => {
    try {
      await execute(sql);
    } finally {
      await transaction.commit(); // hands the connection back, nothing more
      await adapter.dispose();
    }
  };
  return {
    provider: transaction.provider,
    adapterName: transaction.adapterName,
    queryRaw: (query) => transaction.queryRaw(query),
    executeRaw: (query) => transaction.executeRaw(query),
    executeScript: execute, // without parameters pg uses the simple protocol, which takes many statements
    commit: () => end("commit"),
    rollback: () => end("rollback"),
  };
}
