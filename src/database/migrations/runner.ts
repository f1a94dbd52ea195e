import type { SqlQueryable } from "@prisma/driver-adapter-utils";
import { isDatabaseAway } from "../client/errors.ts";
import { type Migration, migrationsFolder, readMigrations, schemaEngine } from "./engine.ts";
import { GuardedConnection, type MigrationTransaction, statement } from "./connection.ts";
import { messageOf, StartupError } from "../../startup-error.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { DatabaseLog } from "../client/open.ts";

interface Row {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

// The key that Prisma's own command line locks, so that it and a starting server wait for each other too.
const LOCK = "select pg_advisory_xact_lock(72707369)";

/**
 * Brings a database to the given migrations with Prisma's engine; answers the names of those it applied.
 * All of them and Prisma's record of them are ONE transaction that holds an advisory lock: processes that start together
 * migrate once, and a migration that fails, or a process that dies, leaves the database as it was. It needs a single
 * connection, so it also works behind a pooler that hands connections out by the transaction.
 */
export async function migrate(
  begin: () => Promise<MigrationTransaction>,
  migrations: readonly Migration[] = readMigrations(),
): Promise<string[]> {
  const transaction = await begin();
  try {
    // Most starts find nothing to do: no lock, no engine.
    let applied: string[] = [];
    if (pending(await recorded(transaction), migrations).length > 0) {
      await unhurried(transaction);
      await transaction.executeRaw(statement(LOCK));
      // Another process may have migrated while this one waited.
      if (pending(await recorded(transaction), migrations).length > 0) {
        applied = await apply(transaction, migrations);
        await recordAbsence(transaction);
      }
    }
    await transaction.commit();
    return applied;
  } catch (error) {
    await transaction.rollback().catch((later: unknown) => {
      // Without its connection the transaction is rolled back as well.
      if (!isDatabaseAway(later))
        throw new AggregateError([error, later], "A migration failed, and so did its rollback.");
    });
    throw error;
  }
}

/** Limits meant for ordinary statements must not cut off a long migration, or the wait for another process's. */
async function unhurried(transaction: MigrationTransaction): Promise<void> {
  for (const limit of ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]) {
    await transaction.executeRaw(statement(`set local ${limit} = 0`));
  }
}

async function recorded(transaction: SqlQueryable): Promise<Row[]> {
  const table = await transaction.queryRaw(statement("select to_regclass('_prisma_migrations') is not null"));
  if (!table.rows[0]?.[0]) return [];
  const { rows } = await transaction.queryRaw(
    statement(
      "select migration_name, checksum, finished_at is not null from _prisma_migrations where rolled_back_at is null",
    ),
  );
  return rows.map(([name, checksum, finished]) => ({
    name: String(name),
    checksum: String(checksum),
    finished: Boolean(finished),
  }));
}

/** The migrations still to apply; throws when what the database records doesn't go with what this program has. */
function pending(rows: readonly Row[], migrations: readonly Migration[]): Migration[] {
  const own = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, finished } of rows) {
    const migration = own.get(name);
    if (!migration) {
      throw failed(`The database has migration ${name}, which this program doesn't know. Run the newer version.`);
    }
    if (!finished) {
      throw failed(
        `Migration ${name} was begun by another tool and never finished. Repair what it left, then run ` +
          `\`npx prisma migrate resolve --rolled-back ${name}\`, or --applied.`,
      );
    }
    if (checksum !== migration.checksum) {
      throw failed(
        `Migration ${name} was edited after it was applied. Restore the file; write a new migration instead.`,
      );
    }
  }
  const done = new Set(rows.map((row) => row.name));
  return migrations.filter((migration) => !done.has(migration.name));
}

async function apply(transaction: MigrationTransaction, migrations: readonly Migration[]): Promise<string[]> {
  const guarded = new GuardedConnection(transaction);
  const engine = await schemaEngine(guarded);
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: migrationsFolder,
        lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
        shadowDbInitScript: "",
        migrationDirectories: migrations.map(({ name, script }) => ({
          path: name,
          migrationFile: { path: "migration.sql", content: { tag: "ok", value: script } },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } catch (error) {
    throw failed(
      `The migrations could not be applied; the database is as it was before. ${whyNot(error, guarded)}`,
      error,
    );
  } finally {
    engine.free();
  }
}

function whyNot(error: unknown, connection: GuardedConnection): string {
  if ((error as { code?: unknown }).code !== "P3005") return messageOf(connection.failure ?? error);
  return (
    "It has tables, but none of its migrations is on record. If they are the platform's own, tell Prisma that the first one is " +
    "done: `npx prisma migrate resolve --applied 20250101000000_tables_before_rollcall` (docs/migrating.md)."
  );
}

const failed = (message: string, cause?: unknown) => new StartupError("MIGRATION_FAILED", message, { cause });

const WATCH = "select to_regclass('presence_watch') is not null";

// From the last look before the transaction, or from its start, until now. It goes on with an absence that came at most an hour
// before, the longest lease there is: how long the lease is only the servers know, and who was gone by then has been swept.
const ABSENCE = `
update presence_watch set
  away_from = case when away_until >= alive_at - interval '1 hour' then least(away_from, now()) else least(alive_at, now()) end,
  away_until = clock_timestamp(),
  alive_at = greatest(alive_at, clock_timestamp())`;

/**
 * Proofs of life may not have been written while migrations held their locks: they end as an absence of the servers (P13), in
 * the same transaction. Processes of an earlier version look by writing this row alone, which nothing keeps them from: they saw no
 * absence, and would declare everybody gone as soon as the locks are released.
 */
async function recordAbsence(transaction: SqlQueryable): Promise<void> {
  const { rows } = await transaction.queryRaw(statement(WATCH));
  if (rows[0]?.[0]) await transaction.executeRaw(statement(ABSENCE));
}

/** Warns of the sessions whose times a migration repaired and nobody has looked at since. */
export async function warnOfRepairedTimes(prisma: PrismaClient, log: Pick<DatabaseLog, "warn">): Promise<void> {
  const sessions = await prisma.repairedTimes.count();
  if (sessions === 0) return;
  log.warn({ sessions }, `The times of ${sessions} sessions were not valid and were repaired: see docs/migrating.md`);
}
