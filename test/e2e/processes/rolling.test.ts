import { test } from "vitest";
import { rollingRun } from "../../support/rolling-run.ts";

test.runIf(process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL)(
  "P13, P14 a rolling restart of three processes: no tutor sees anybody go",
  { timeout: 300_000 },
  () => rollingRun({ clients: 20, leaseSeconds: 15, patience: 800 }),
);
