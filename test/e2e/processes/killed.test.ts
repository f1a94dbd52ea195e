import { test } from "vitest";
import { killRun } from "../../support/kill-run.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? 20_250_101);

// The short form, as in the files beside it; the long ones are in test/long/processes.test.ts.
test.runIf(process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL)(
  "P4, P14, D6 one of three processes killed again and again, and PostgreSQL once: nothing acknowledged is lost, and all see the same",
  { timeout: 300_000 },
  () => killRun({ seed, clients: 25, seconds: 9, killEvery: 3, crashes: 1, pause: 300 }),
);
