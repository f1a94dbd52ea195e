import { test } from "vitest";
import { redisRun } from "../support/redis-run.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? 20_250_101);

test.runIf(process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL)(
  "P14 Redis stopped and started: none of three processes ends, no mutation fails, watchers are late and then right",
  { timeout: 120_000 },
  () => redisRun({ seed, clients: 20, awaySeconds: 6, pause: 500 }),
);
