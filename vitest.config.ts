import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

const integration = ["test/integration/**/*.test.ts"];
/** What the store itself answers for: on both, where there are two. The rest is tested once, on the server then. */
const onBoth = [
  "test/integration/attacks/refusals.test.ts",
  "test/integration/attendance/{history-table,marking,marking-record}.test.ts",
  "test/integration/database/{disk-full,retention,taken}.test.ts",
  "test/integration/http/errors-store.test.ts",
  "test/integration/migrations/{migrating-again,migrating-beside,migrations,old-attendance,old-rooms,old-times,schema,start}.test.ts",
  "test/integration/people/{log-privacy,people,person-erase-meanwhile}.test.ts",
  "test/integration/presence/{clock,columns,connect,heartbeat,history,lease,outage,reports,reuse}.test.ts",
  "test/integration/sessions/{lesson,listing,sessions}.test.ts",
  "test/integration/suggestion/{recount,suggestion}.test.ts",
];
const embedded = process.env.TEST_DATABASE_URL ? onBoth : integration;

/** What waits for PostgreSQL, for processes and for timers leaves a core to others. */
const waiting = { maxWorkers: 4, sequence: { groupOrder: 1 } };

export default defineConfig({
  // Node takes graphql's CommonJS build for the libraries; Vite would take its ESM build for us, and two do not mix.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve("graphql")) }] },
  test: {
    // Two embedded stores at once take about a gigabyte; more workers than cores only wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // What is waited for comes when the machine gets to it.
    expect: { poll: { timeout: 10_000 } },
    coverage: {
      provider: "v8",
      include: ["src/domain/**/*.ts"],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/domain/**/*.test.ts", "test/unit/**/*.test.ts"],
          isolate: false,
          ...waiting,
          // Of a machine that does much else, too.
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "embedded",
          include: embedded,
          globalSetup: "test/support/prepare-embedded.ts",
          env: { ROLLCALL_TEST_STORE: "embedded" },
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // The same tests on a server. Once its URL is given, not reaching it is a failure, not a skip.
      ...(process.env.TEST_DATABASE_URL
        ? [
            {
              extends: true as const,
              test: {
                name: "postgresql",
                include: integration,
                globalSetup: "test/support/prepare-postgresql.ts",
                env: { ROLLCALL_TEST_STORE: "postgresql" },
                isolate: false,
                ...waiting,
                testTimeout: 60_000,
                hookTimeout: 60_000,
              },
            },
          ]
        : []),
      // The long forms, by `npm run test:long` only.
      ...(process.env.ROLLCALL_LONG
        ? [
            {
              extends: true as const,
              test: {
                name: "long",
                include: ["test/long/**/*.test.ts"],
                globalSetup: "test/support/prepare-build.ts",
                fileParallelism: false,
              },
            },
          ]
        : []),
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          isolate: false,
          globalSetup: ["test/support/prepare-embedded.ts", "test/support/prepare-build.ts"],
          // Real processes on real ports: after everything else, which they would slow down.
          sequence: { groupOrder: 2 },
          // They wait for processes and pages most of the time.
          maxWorkers: 4,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
