import { describe, test } from "vitest";
import { killRun } from "../support/kill-run.ts";
import { redisRun } from "../support/redis-run.ts";
import { rollingRun } from "../support/rolling-run.ts";

const wanted = process.env.TEST_DATABASE_URL !== undefined && process.env.TEST_REDIS_URL !== undefined;
const seed = Number(process.env.ROLLCALL_SEED ?? 20_250_101);

// The short forms; the long ones are in test/long/processes.test.ts.
describe.skipIf(!wanted)("three processes", () => {
  test("P4, P14, D6 one of them killed again and again, and PostgreSQL once: nothing acknowledged is lost, and all see the same", async () => {
    await killRun({ seed, clients: 25, seconds: 9, killEvery: 3, crashes: 1, pause: 300 });
  }, 120_000);

  test("P14 Redis stopped and started: no process ends, no mutation fails, watchers are late and then right", async () => {
    await redisRun({ seed, clients: 20, awaySeconds: 6, pause: 500 });
  }, 120_000);

  test("P13, P14 a rolling restart: no tutor sees anybody go", async () => {
    await rollingRun({ clients: 20, leaseSeconds: 7, patience: 800 });
  }, 120_000);
});
