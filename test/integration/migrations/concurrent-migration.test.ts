import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { expect, test } from "vitest";
import { readMigrations } from "../../../src/database/migrations/engine.ts";
import { place, store } from "../../support/database.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const migrations = readMigrations();

function migrateCommand(url: string): Promise<{ stdout: string }> {
  const env = { ...process.env, DATABASE_URL: url };
  return promisify(execFile)(process.execPath, ["--import", "tsx", "src/cli/migrate.ts"], { cwd: root, env });
}

test.runIf(store === "postgresql")("processes that start at once on an empty database migrate it once", async () => {
  const { settings, remove } = await place("empty");
  const client = new pg.Client({ connectionString: settings.url });
  await client.connect();
  try {
    // Both are made to wait for the lock, having seen the empty database, before either may go on.
    await client.query("begin; select pg_advisory_xact_lock(72707369)");
    const runs = [migrateCommand(settings.url!), migrateCommand(settings.url!)];
    const waiting =
      "select 1 from pg_locks where locktype = 'advisory' and objid = 72707369 and not granted and database = " +
      "(select oid from pg_database where datname = current_database())";
    await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 15_000 }).toBe(2);
    await client.query("commit");
    const outputs = (await Promise.all(runs)).map(({ stdout }) => stdout.trim().split("\n"));
    expect(outputs.map((lines) => lines.length).sort()).toEqual([1, migrations.length]);
    expect(outputs).toContainEqual(["Nothing to apply: up to date."]);
    const { rows } = await client.query(
      "select count(*)::int as n from _prisma_migrations where finished_at is not null",
    );
    expect(rows).toEqual([{ n: migrations.length }]);
  } finally {
    await client.end();
    await remove();
  }
});
