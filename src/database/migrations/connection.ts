import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlQueryable,
} from "@prisma/driver-adapter-utils";

/** An open transaction on one connection, and how to run a script of many statements in it. */
export interface MigrationTransaction extends SqlQueryable {
  executeScript(script: string): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export const statement = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] });

/**
 * What the engine sees as its connection. It expects every statement to stand alone (its first look at a new database is a
 * query that fails), so each gets a savepoint. Its own lock would belong to the session, which is not ours behind a pooler.
 */
export class GuardedConnection implements SqlDriverAdapter {
  readonly provider = "postgres";
  readonly adapterName = "rollcall-migrate";
  failure: unknown;
  readonly #transaction: MigrationTransaction;

  constructor(transaction: MigrationTransaction) {
    this.#transaction = transaction;
  }

  queryRaw(query: SqlQuery) {
    return this.#guard(() => this.#transaction.queryRaw(query));
  }

  async executeRaw(query: SqlQuery) {
    if (query.sql.includes("pg_advisory_lock")) return 0;
    return this.#guard(() => this.#transaction.executeRaw(query));
  }

  async executeScript(script: string) {
    try {
      await this.#guard(() => this.#transaction.executeScript(script));
    } catch (error) {
      this.failure = error instanceof DriverAdapterError ? (error.cause.originalMessage ?? error) : error;
      throw error;
    }
  }

  async startTransaction(): Promise<never> {
    throw new Error("A migration runs inside the transaction that is already open.");
  }

  async dispose() {}

  async #guard<T>(run: () => Promise<T>): Promise<T> {
    await this.#transaction.executeRaw(statement("savepoint rollcall_migrate"));
    try {
      const result = await run();
      await this.#transaction.executeRaw(statement("release savepoint rollcall_migrate"));
      return result;
    } catch (error) {
      await this.#transaction.executeRaw(statement("rollback to savepoint rollcall_migrate"));
      throw error;
    }
  }
}
