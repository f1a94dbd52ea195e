import pg from "pg";
import { openEmbedded } from "../../src/database/client/embedded.ts";
import { migrate } from "../../src/database/migrations/runner.ts";
import type { Migration } from "../../src/database/migrations/engine.ts";
import { type DatabaseLog, openDatabase } from "../../src/database/client/open.ts";
import { begin } from "../../src/database/client/pglite-adapter.ts";
import { beginMigration } from "../../src/database/client/postgresql.ts";
import { place, store, type TestDatabase } from "./database.ts";

export type Row = Record<string, unknown>;

/** A store without tables, to be migrated step by step and looked at in plain SQL. */
export interface RawStore {
  readonly url: string | undefined;
  migrate(migrations: readonly Migration[]): Promise<string[]>;
  query(sql: string): Promise<Row[]>;
  /** Opens it as a server does, which migrates it, and takes it over: dispose of what this returns instead. */
  open(log: DatabaseLog): Promise<TestDatabase>;
  dispose(): Promise<void>;
}

/** What a database has that Rollcall's first eight migrations brought up to date. */
export const FIRST_EIGHT = (migrations: readonly Migration[]): Migration[] =>
  migrations.filter(({ name }) => name < "20250109" && name.slice(8, 14) === "000000");

export async function rawStore(): Promise<RawStore> {
  const { settings, remove } = await place(store === "postgresql" ? "empty" : "migrated");
  const taken = async (log: DatabaseLog, close: () => Promise<void>): Promise<TestDatabase> => {
    await close();
    const opened = { ...settings, log };
    const database = await openDatabase(opened);
    return { database, settings: opened, dispose: () => database.close().finally(remove) };
  };
  if (settings.url !== undefined) return onServer(settings.url, remove, taken);
  const { pglite, close } = await openEmbedded(settings.dataDir);
  // Emptying a copy takes a moment; making a store takes seconds.
  await pglite.exec("drop schema public cascade; create schema public");
  return {
    url: undefined,
    migrate: (migrations) => migrate(() => begin(pglite), migrations),
    query: async (sql) => (await pglite.exec(sql)).at(-1)!.rows,
    open: (log) => taken(log, close),
    dispose: () => close().finally(remove),
  };
}

async function onServer(
  url: string,
  remove: () => Promise<void>,
  taken: (log: DatabaseLog, close: () => Promise<void>) => Promise<TestDatabase>,
): Promise<RawStore> {
  const client = new pg.Client({ connectionString: url, options: "-c TimeZone=UTC" });
  await client.connect();
  return {
    url,
    migrate: (migrations) => migrate(() => beginMigration(url), migrations),
    query: async (sql) => {
      const results: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await client.query<Row>(sql);
      return [results].flat().at(-1)!.rows;
    },
    open: (log) => taken(log, () => client.end()),
    dispose: () => client.end().finally(remove),
  };
}
