import { afterEach, beforeEach, expect, test } from "vitest";
import { type Migration, readMigrations } from "../../../src/database/migrations/engine.ts";
import { type RawStore, rawStore } from "../../support/raw-store.ts";

const migrations = readMigrations();
let db: RawStore;

beforeEach(async () => {
  db = await rawStore();
});
afterEach(() => db.dispose());

const written = (name: string, script: string): Migration => ({ name, script, checksum: `checksum of ${script}` });

const tables = async () =>
  (await db.query("select tablename from pg_tables where schemaname = 'public' and tablename !~ '^_' order by 1")).map(
    (row) => row.tablename,
  );

test("a second run finds nothing to do", async () => {
  expect(await db.migrate(migrations)).toEqual(migrations.map(({ name }) => name));
  expect(await db.migrate(migrations)).toEqual([]);
  expect(await db.query("select count(*)::int as n from _prisma_migrations")).toEqual([{ n: migrations.length }]);
});

test("a migration that fails says why and leaves nothing, not even those before it in the same run", async () => {
  await db.migrate(migrations.slice(0, 5));
  const broken = written("20990101000000_broken", "create table half_done (id int); select 1 / 0;");
  await expect(db.migrate([...migrations, broken])).rejects.toMatchObject({
    code: "MIGRATION_FAILED",
    message: expect.stringContaining("division by zero") as unknown,
  });
  expect(await tables()).not.toContain("half_done");
  expect(await tables()).not.toContain("parent_links");
  expect(await db.migrate(migrations)).toEqual(migrations.slice(5).map(({ name }) => name));
});

test("a script may hold functions with semicolons, and comments with them", async () => {
  const script = `-- one; two
      create function answer() returns int language plpgsql as $$ begin perform 1; return 42; end $$;`;
  await db.migrate([...migrations, written("20990101000000_function", script)]);
  expect(await db.query("select answer()")).toEqual([{ answer: 42 }]);
});

test.each([
  ["an edited migration", () => migrations.map((m, i) => (i === 2 ? { ...m, checksum: "0".repeat(64) } : m)), /edited/],
  ["a migration newer than the program", () => migrations.slice(0, 5), /newer version/],
])("%s is refused by name", async (_what, mine, words) => {
  await db.migrate(migrations);
  await expect(db.migrate(mine())).rejects.toMatchObject({
    code: "MIGRATION_FAILED",
    message: expect.stringMatching(words) as unknown,
  });
});

test("a migration that another tool left unfinished is refused with the way out", async () => {
  await db.migrate(migrations);
  await db.query("update _prisma_migrations set finished_at = null where migration_name like '%_people'");
  await expect(db.migrate(migrations)).rejects.toThrow(/20250106000000_people .*never finished.*migrate resolve/);
});

test("tables without a record are refused with the way to baseline them", async () => {
  await db.query(migrations[0]!.script);
  await expect(db.migrate(migrations)).rejects.toThrow(
    /migrate resolve --applied 20250101000000_tables_before_rollcall/,
  );
});
