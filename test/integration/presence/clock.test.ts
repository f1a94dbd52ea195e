import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startDatabaseClock } from "../../../src/database/client/clock.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { silent } from "../../support/log.ts";

let store: TestDatabase;
beforeAll(async () => {
  store = await testDatabase();
});
afterAll(() => store.dispose());

const databaseTime = async (): Promise<number> => {
  const sql = "select (extract(epoch from clock_timestamp()) * 1000)::float8 as at";
  const [row] = await store.database.prisma.$queryRawUnsafe<[{ at: number }]>(sql);
  return row.at;
};

test("D3 two processes agree with the database and so with each other, whatever their own clocks say", async () => {
  const right = await startDatabaseClock(store.database.prisma, silent);
  // The embedded store takes its time from this process; a server has its own.
  const wrong = vi.spyOn(Date, "now");
  if (store.database.kind === "postgresql") wrong.mockReturnValue(0);
  const other = await startDatabaseClock(store.database.prisma, silent);
  const before = await databaseTime();
  const [first, second] = [right.now(), other.now()];
  const after = await databaseTime();
  wrong.mockRestore();
  for (const now of [first, second]) {
    expect(now).toBeGreaterThan(before - 100);
    expect(now).toBeLessThan(after + 100);
    expect(Number.isInteger(now)).toBe(true);
  }
  right.stop();
  other.stop();
});

test("D3 the clock goes on while the database is away", async () => {
  const clock = await startDatabaseClock(store.database.prisma, silent);
  const before = clock.now();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(clock.now() - before).toBeGreaterThanOrEqual(49);
  clock.stop();
});
