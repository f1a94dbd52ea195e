import { describe, expect, it } from "vitest";
import { troubleOf } from "../../../src/database/client/errors.ts";
import { chunks, type Job, JobRunner } from "../../../src/services/sessions/job-runner.ts";
import { FakeClock } from "../../support/clock.ts";
import { silent } from "../../support/log.ts";

const EXPIRED = Object.assign(
  new Error("Transaction already closed: A commit cannot be executed on an expired transaction."),
  { code: "P2028" },
);
const AWAY = Object.assign(new Error("reset"), { code: "ECONNRESET" });
const FAULT = new Error("a fault of ours");
const ROWS = Array.from({ length: 400 }, (_, i) => i);

/** Walks 400 rows in two batches. @param fails what a transaction on these rows fails with; null: it succeeds */
function walking(fails: (items: readonly number[]) => Error | null) {
  const done: number[] = [];
  let runs = 0;
  const failing: number[] = [];
  const clock = new FakeClock("2026-03-02T15:00:00Z");
  const telemetry = { failing: (_: unknown, rows: number) => void failing.push(rows) };
  const maintenance = new JobRunner({ clock, log: { ...silent, error: () => {} }, telemetry, troubleOf });
  const job: Job<number, never> = {
    name: "expiry",
    find: async () => ({ items: ROWS.filter((row) => !done.includes(row)), next: null }),
    batches: (items) => chunks(items, 200),
    async run(items) {
      runs += 1;
      const error = fails(items);
      if (error !== null) throw error;
      done.push(...items);
      return items.length;
    },
    idOf: (row) => row,
    describe: (row) => ({ row }),
  };
  return { walk: () => maintenance.walk(job), done, failing, runs: () => runs };
}

describe("P16 a batch that fails", () => {
  it("is made smaller until its transactions are quick enough", async () => {
    const { walk, failing } = walking((items) => (items.length > 50 ? EXPIRED : null));
    expect(await walk()).toBe(400);
    expect(failing).toEqual([0]);
  });

  it("is done but for the row that takes too long, in a few transactions", async () => {
    const { walk, failing, runs } = walking((items) => (items.includes(137) ? EXPIRED : null));
    expect(await walk()).toBe(399);
    expect(failing).toEqual([1]);
    expect(runs()).toBeLessThan(20);
  });

  it("is done but for the rows with a fault, in a few transactions", async () => {
    const { walk, runs } = walking((items) => (items.includes(0) || items.includes(399) ? FAULT : null));
    expect(await walk()).toBe(398);
    expect(runs()).toBeLessThan(40);
  });

  it("is done but for the row that ends its connection, since the first row alone shows that the database is there", async () => {
    const { walk, failing } = walking((items) => (items.includes(137) ? AWAY : null));
    expect(await walk()).toBe(399);
    expect(failing).toEqual([1]);
  });

  it("ends the walk where the first row alone finds the database away as well", async () => {
    const { walk, runs } = walking(() => AWAY);
    await expect(walk()).rejects.toBe(AWAY);
    expect(runs()).toBe(2);
  });
});
