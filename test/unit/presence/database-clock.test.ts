import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type DatabaseClock, startDatabaseClock } from "../../../src/database/client/clock.ts";

const START = Date.parse("2026-03-02T15:00:00Z");

/** A database whose own clock is `ahead` milliseconds off. */
class Database {
  ahead = 0;
  away = false;
  async $queryRawUnsafe<T>(): Promise<T> {
    if (this.away) throw new Error("away");
    return [{ at: Date.now() + this.ahead }] as T;
  }
}

const warn = vi.fn<(facts: object, message: string) => void>();
let database: Database;
let clock: DatabaseClock;
beforeEach(async () => {
  vi.useFakeTimers({ now: START });
  warn.mockClear();
  database = new Database();
  clock = await startDatabaseClock(database, { warn });
});
afterEach(() => {
  clock.stop();
  vi.useRealTimers();
});

const since = () => clock.now() - START;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("D3 it follows a database whose clock goes forward", async () => {
  database.ahead = 400;
  await pass(29_000);
  expect(since()).toBe(29_000);
  await pass(1_000);
  expect(since()).toBe(30_400);
  expect(warn).not.toHaveBeenCalled();
});

test("D3 it never runs backwards: behind a database that is behind it stands still until that has caught up", async () => {
  database.ahead = -700;
  await pass(29_999);
  const seen = [since()];
  for (let step = 0; step < 20; step += 1) {
    await pass(100);
    seen.push(since());
  }
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen[0]).toBe(29_999);
  expect(seen.filter((at) => at === 29_999)).toHaveLength(8);
  expect(since()).toBe(29_999 + 2_000 - 700);
});

test("D3 a change of more than a second is told", async () => {
  database.ahead = -5_000;
  await pass(30_000);
  expect(warn).toHaveBeenCalledExactlyOnceWith({ changeMs: -5_000 }, "The database's clock was changed");
});

test("D3 where another process is well ahead it follows at once, and not for a difference that any two have", async () => {
  database.ahead = 60_000;
  await pass(5_000);
  await clock.catchUp(START + 5_900);
  expect(since()).toBe(5_000);
  await clock.catchUp(START + 65_000);
  expect(since()).toBe(65_000);
});

test("D3 while the database is away it goes on by itself, and follows again at its return", async () => {
  database.away = true;
  database.ahead = 300;
  await pass(65_000);
  expect(since()).toBe(65_000);
  database.away = false;
  await pass(25_000);
  expect(since()).toBe(90_300);
});
