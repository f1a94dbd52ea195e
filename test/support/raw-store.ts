import pg from "pg";
import { openEmbedded } from "../../src/database/embedded.ts";
import { migrate } from "../../src/database/migrate.ts";
import type { Migration } from "../../src/database/migration-files.ts";
import { begin } from "../../src/database/pglite-adapter.ts";
import { beginMigration } from "../../src/database/postgresql.ts";
import { place, store } from "./database.ts";

export type Row = Record<string, unknown>;

/** A store without tables, to be migrated step by step and looked at in plain SQL. */
export interface RawStore {
  readonly url: string | undefined;
  migrate(migrations: readonly Migration[]): Promise<string[]>;
  query(sql: string): Promise<Row[]>;
  dispose(): Promise<void>;
}

export async function rawStore(): Promise<RawStore> {
  const { settings, remove } = await place(store === "postgresql" ? "empty" : "migrated");
  if (settings.url !== undefined) return onServer(settings.url, remove);
  const { pglite, close } = await openEmbedded(settings.dataDir);
  // Emptying a copy takes a moment; making a store takes seconds.
  await pglite.exec("drop schema public cascade; create schema public");
  return {
    url: undefined,
    migrate: (migrations) => migrate(() => begin(pglite), migrations),
    query: async (sql) => (await pglite.exec(sql)).at(-1)!.rows,
    dispose: () => close().finally(remove),
  };
}

async function onServer(url: string, remove: () => Promise<void>): Promise<RawStore> {
  const client = new pg.Client({ connectionString: url, options: "-c TimeZone=UTC" });
  await client.connect();
  return {
    url,
    migrate: (migrations) => migrate(() => beginMigration(url), migrations),
    query: async (sql) => {
      const results: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await client.query<Row>(sql);
      return [results].flat().at(-1)!.rows;
    },
    dispose: () => client.end().finally(remove),
  };
}
