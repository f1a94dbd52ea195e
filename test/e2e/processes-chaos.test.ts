import { test } from "vitest";
import { chaosRun } from "../support/chaos-run.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? 20_250_101);

// The short form, as in the files beside it; the long one is in test/long/processes.test.ts.
test.runIf(process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL)(
  "P4, P13, P14, D6 processes killed and frozen, Redis frozen, PostgreSQL restarted, tables and rows locked: nobody who proves life is gone",
  { timeout: 120_000 },
  () => chaosRun({ seed, clients: 12, leaseSeconds: 5, heldSeconds: 6.5, atOnce: 12, rounds: 1, pause: 300 }),
);
