import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { MigrationTransaction } from "../migrations/connection.ts";
import { checkServer, ISOLATION_LEVEL, isPooled, OPTIONS_MARK, parseServerUrl, unreachable } from "./server-check.ts";

/** Waiting for a connection, new or free, ends after this, so that a caller hears UNAVAILABLE while it can still retry. */
export const CONNECT_TIMEOUT_MS = 2_000;
const LOCK_TIMEOUT_MS = 2_000;

/** The server gives up before we do, and gives its locks up: one process that is stuck must not hold all others. */
const patience = (queryTimeoutMs: number): Record<string, number> => ({
  lock_timeout: LOCK_TIMEOUT_MS,
  statement_timeout: queryTimeoutMs - 1_000,
  idle_in_transaction_session_timeout: queryTimeoutMs,
});

/**
 * PostgreSQL compiles a plan that looks expensive, for longer than any of our statements runs: where a new table had no
 * statistics yet, connecting took 300 to 1,000 ms instead of 1.
 */
const NO_COMPILER = "-c jit=off";

/**
 * What is read after a lock must show what others committed before it. At any other level a transaction keeps the view from
 * before its wait: half of all concurrent marks fail then, and a tutor gets two lessons at the same time.
 */
const ISOLATION = `-c default_transaction_isolation=${ISOLATION_LEVEL.replace(" ", "\\ ")}`;

/** adapter-pg writes times without an offset: in a session of any other zone they are stored shifted (D3). */
function connection(url: string, applicationName: string, limits: Record<string, number> = {}): pg.PoolConfig {
  const target = parseServerUrl(url);
  if (!isPooled(url)) {
    const own = Object.entries(limits).map(([name, value]) => `-c ${name}=${value}`);
    const last = `-c TimeZone=UTC ${ISOLATION} -c ${OPTIONS_MARK}=here`;
    const options = [...own, NO_COMPILER, target.searchParams.get("options"), last].filter(Boolean).join(" ");
    target.searchParams.set("options", options);
  }
  return {
    connectionString: target.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: applicationName,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg waits for it, and drops what it rejects
    onConnect: (client) => checkServer(client, url),
  };
}

/**
 * @param queryTimeoutMs after so long without an answer a statement fails and its connection is dropped: the other end may be
 *   gone without a word
 * @param onError hears of connections that break while nobody uses them; unheard, such an error would end the process
 */
export function openPool(url: string, size: number, queryTimeoutMs: number, onError: (error: Error) => void): pg.Pool {
  const limits = patience(queryTimeoutMs);
  const pool = new pg.Pool({ ...connection(url, "rollcall", limits), max: size, query_timeout: queryTimeoutMs });
  pool.on("error", onError);
  return pool;
}

/** Opens the first connection. @throws StartupError why this server can't be used */
export async function reach(pool: pg.Pool, url: string): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw unreachable(url, error);
  });
  client.release();
}

const MISSING = `
select quote_ident(current_user) as role, name
from pg_settings
where (name = any($1::text[]) and setting = '0')
  or (name = 'default_transaction_isolation' and setting <> '${ISOLATION_LEVEL}')`;

/** What to run so that the role has the settings that a pooled connection can't bring along; null: it has them all. */
export async function missingSettings(pool: pg.Pool, queryTimeoutMs: number): Promise<string | null> {
  const wanted = { ...patience(queryTimeoutMs), default_transaction_isolation: `'${ISOLATION_LEVEL}'` };
  const { rows } = await pool.query<{ role: string; name: keyof typeof wanted }>(MISSING, [Object.keys(wanted)]);
  if (rows.length === 0) return null;
  return rows.map(({ role, name }) => `alter role ${role} set ${name} = ${wanted[name]}`).join("; ");
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
