import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What takes longest, longest first. Vitest learns it from its last run, which a fresh clone has not had, and starts the
 * largest files first until then: those that wait for half a minute in a few lines would come last, with nothing beside them.
 */
const LONGEST = [
  "e2e/processes-rolling",
  "e2e/processes-killed",
  "e2e/console-states",
  "e2e/processes-chaos",
  "e2e/person-commands",
  "e2e/demo",
  "e2e/stop",
  "e2e/console-trouble",
  "e2e/hostile",
  "e2e/start",
  "e2e/graphiql-tour",
  "e2e/readme",
  "e2e/console-pages",
  "e2e/console",
  "e2e/console-database",
  "e2e/clients",
  "e2e/telemetry",
  "e2e/taken-over",
  "e2e/short-lease",
  "e2e/client-page",
  "e2e/graphiql-page",
  "e2e/failover",
  "e2e/examples",
  "e2e/vite-project",
  "e2e/stop-silent",
  "integration/access-matrix",
  "integration/person-erase",
  "integration/presence-locks",
  "integration/concurrent-migration",
  "integration/headers",
  "integration/patience",
  "integration/presence-outage",
  "integration/retention-history",
  "integration/presence-pongs",
  "unit/drift",
  "unit/supply-chain",
  "unit/lock",
  "unit/token-cli",
  "unit/resubscribe",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    // Stable: within the rest, and within the groups of vitest.config.ts, the order stays what it is.
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
