import { test } from "vitest";
import { chaosRun } from "../../support/chaos-run.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? 20_250_101);

// The short form, as in the files beside it, of what keeps some out and others not; the long one is in
// test/long/processes.test.ts, kill -9 in processes-killed.test.ts.
const kinds = [
  "SIGSTOP",
  "Redis frozen",
  "locked row of sessions",
  "locked row of connection_spans",
  "lock on connection_spans",
];

test.runIf(process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL)(
  "P4, P13, P14, D6 a process and Redis frozen, rows and a table locked, two at a time: nobody who proves life is gone",
  { timeout: 300_000 },
  () => chaosRun({ seed, clients: 12, leaseSeconds: 5, heldSeconds: 6.5, atOnce: 2, kinds, rounds: 1, pause: 300 }),
);
