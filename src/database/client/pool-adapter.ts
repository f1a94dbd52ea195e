import { PrismaPg } from "@prisma/adapter-pg";
import type { IsolationLevel, SqlQuery, SqlQueryable } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { isAstray, isDatabaseAway } from "./errors.ts";
import { retryConflicts } from "./retry.ts";
import { isPooled } from "./server-check.ts";

/** Every connection keeps its prepared statements, so lists of every length must not add to them without end. */
const MAX_STATEMENT_NAMES = 256;

export function poolAdapter(pool: pg.Pool, url: string): PrismaPg {
  const pooled = isPooled(url);
  return new FailoverAdapter(pool, pooled, {
    statementNameGenerator: pooled ? undefined : statementNames(MAX_STATEMENT_NAMES),
  });
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

/**
 * Keeps no connection that was opened before a statement found its server demoted, or gone without a word: the name in
 * DATABASE_URL may lead to another one by now, but to a connection that is open it does not matter where names lead.
 */
class FailoverAdapter extends PrismaPg {
  readonly #renew: () => void;
  /** A direct connection begins with the level. Behind a pooler each transaction says it: its session is somebody else's too. */
  readonly #isolation: IsolationLevel | undefined;

  constructor(pool: pg.Pool, pooled: boolean, options: ConstructorParameters<typeof PrismaPg>[1]) {
    super(pool, options);
    this.#renew = renewal(pool);
    this.#isolation = pooled ? "READ COMMITTED" : undefined;
  }

  override async connect() {
    const adapter = await super.connect();
    const single = this.#heeded(adapter);
    return Object.assign(Object.create(single) as typeof single, {
      // A statement outside of transactions is one by itself.
      queryRaw: (query: SqlQuery) => retryConflicts(() => single.queryRaw(query)),
      executeRaw: (query: SqlQuery) => retryConflicts(() => single.executeRaw(query)),
      startTransaction: (isolation = this.#isolation) =>
        adapter.startTransaction(isolation).then(
          (transaction) => this.#heeded(transaction),
          (error) => this.#heed(error),
        ),
    });
  }

  #heeded<T extends SqlQueryable>(queries: T): T {
    return Object.assign(Object.create(queries) as T, {
      queryRaw: (query: SqlQuery) => queries.queryRaw(query).catch((error) => this.#heed(error)),
      executeRaw: (query: SqlQuery) => queries.executeRaw(query).catch((error) => this.#heed(error)),
    });
  }

  #heed(error: unknown): never {
    if (isAstray(error)) this.#renew();
    throw error;
  }
}

/** Gives up all connections that are open: the idle ones at once, those in use when they are handed back. */
function renewal(pool: pg.Pool): () => void {
  const open = new Set<pg.PoolClient>();
  const old = new WeakSet<pg.PoolClient>();
  pool.on("connect", (client) => open.add(client));
  pool.on("remove", (client) => open.delete(client));
  // The pool takes no ended connection back.
  pool.on("release", (_error, client) => old.has(client) && client instanceof pg.Client && void client.end());
  return () => {
    for (const client of open) old.add(client);
    const handBack = (client: pg.PoolClient) => client.release();
    const failed = (error: Error) => void (isDatabaseAway(error) || pool.emit("error", error));
    for (let idle = pool.idleCount; idle > 0; idle -= 1) pool.connect().then(handBack, failed);
  };
}
