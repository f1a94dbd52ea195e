import { SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { readMigrations } from "../../../src/database/migrations/engine.ts";
import { openDatabase } from "../../../src/database/client/open.ts";
import { poolAdapter } from "../../../src/database/client/pool-adapter.ts";
import { openPool } from "../../../src/database/client/postgresql.ts";
import { checkTimes } from "../../../src/database/client/clock.ts";
import { PrismaClient } from "../../../src/generated/prisma/client.ts";
import { place, store, type TestDatabase, testDatabase } from "../../support/database.ts";
import { silent } from "../../support/log.ts";
import { onServer } from "../../support/prepare-postgresql.ts";

const opened: TestDatabase[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.dispose();
});
async function migrated(): Promise<TestDatabase & { url: string }> {
  const db = await testDatabase();
  opened.push(db);
  return { ...db, url: db.settings.url ?? "" };
}
const nameOf = (url: string) => new URL(url).pathname.slice(1);

test("an empty place is made and migrated; opened again it has what was written, applies nothing and makes no engine", async () => {
  const engines = vi.spyOn(SchemaEngine, "new");
  onTestFinished(() => engines.mockRestore());
  const { settings, remove } = await place("empty");
  try {
    const first = await openDatabase(settings);
    expect(first.applied).toEqual(readMigrations().map(({ name }) => name));
    expect(first.kind).toBe(store);
    expect(engines).toHaveBeenCalled();
    await first.prisma.user.create({ data: { name: "Ann" } });
    await first.close();
    engines.mockClear();
    const second = await openDatabase(settings);
    expect(second.applied).toEqual([]);
    expect(engines).not.toHaveBeenCalled();
    expect(await second.prisma.user.findMany()).toMatchObject([{ name: "Ann" }]);
    await second.close();
  } finally {
    await remove();
  }
});

test("closing twice is closing once, and afterwards every query fails", async () => {
  const { database } = await migrated();
  await Promise.all([database.close(), database.close()]);
  await expect(database.prisma.user.count()).rejects.toThrow(/closed|after calling end/);
});

test("[D3] a time survives the round trip as a date, as milliseconds and in arrays", async () => {
  const { database } = await migrated();
  await expect(checkTimes(database.prisma)).resolves.toBeUndefined();
});

describe.runIf(store === "postgresql")("PostgreSQL", () => {
  const START = new Date("2025-07-01T10:00:00.123Z");

  test.each(["Asia/Kolkata", "America/New_York"])(
    "[D3] with %s as the database's zone times stay what they are",
    async (zone) => {
      const { url } = await migrated();
      await onServer(url, `alter database ${nameOf(url)} set timezone = '${zone}'`);
      const database = await openDatabase({ url, poolSize: 2, log: silent });
      const { prisma } = database;
      await prisma.presenceWatch.create({ data: { aliveAt: START } });
      const [row] = await prisma.$queryRaw<{ epoch: number; zone: string }[]>`
      select extract(epoch from alive_at)::float8 as epoch, current_setting('TimeZone') as zone from presence_watch`;
      expect(row).toEqual({ epoch: START.getTime() / 1000, zone: "UTC" });
      expect(await prisma.presenceWatch.findFirst()).toMatchObject({ aliveAt: START });
      await database.close();
    },
  );

  test("[D3] options in the URL are kept, except for the zone", async () => {
    const { url } = await migrated();
    const options = encodeURIComponent("-c TimeZone=Asia/Kolkata -c statement_timeout=7s");
    const database = await openDatabase({ url: `${url}?options=${options}`, poolSize: 1, log: silent });
    expect(
      await database.prisma
        .$queryRaw`select current_setting('TimeZone') as zone, current_setting('statement_timeout') as limit`,
    ).toEqual([{ zone: "UTC", limit: "7s" }]);
    await database.close();
  });

  test("[D3] a connection that shifts times is refused", async () => {
    const { url } = await migrated();
    const pool = openPool(url, 1, 1_000, () => {});
    await pool.query("set timezone = 'Asia/Kolkata'"); // as a pooler would that resets its connections to its own settings
    const prisma = new PrismaClient({ adapter: poolAdapter(pool, url) });
    await expect(checkTimes(prisma)).rejects.toMatchObject({
      code: "DATABASE_CLOCK",
      message: expect.stringContaining("2024-07-01T18:04:56.789Z") as unknown,
    });
    await pool.end();
  });
});

describe.runIf(store === "embedded")("embedded", () => {
  test("a transaction that can't commit is not reported as committed", async () => {
    const { database } = await migrated();
    const attempt = database.prisma.$transaction(async (transaction) => {
      await transaction.user.create({ data: { name: "Ann" } });
      // The transaction is broken from here on; who ignores that must not hear that it was stored.
      await transaction.$executeRaw`insert into presence_watch (id, alive_at) values (2, now())`.catch(() => {});
    });
    await expect(attempt).rejects.toThrow(/rolled back/);
    expect(await database.prisma.user.count()).toBe(0);
  });
});
