import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What takes longest, longest first. Vitest learns it from its last run, which a fresh clone has not had, and starts the
 * largest files first until then: those that wait for half a minute in a few lines would come last, with nothing beside them.
 */
const LONGEST = [
  "e2e/processes/rolling",
  "e2e/processes/killed",
  "e2e/console/states",
  "e2e/processes/chaos",
  "e2e/commands/person-commands",
  "e2e/commands/demo",
  "e2e/processes/stop",
  "e2e/console/trouble",
  "e2e/processes/hostile",
  "e2e/commands/start",
  "e2e/graphiql/tour",
  "e2e/commands/readme",
  "e2e/console/pages",
  "e2e/console/console",
  "e2e/console/database",
  "e2e/client/clients",
  "e2e/commands/telemetry",
  "e2e/processes/taken-over",
  "e2e/processes/short-lease",
  "e2e/client/client-page",
  "e2e/graphiql/page",
  "e2e/processes/failover",
  "e2e/client/examples",
  "e2e/client/vite-project",
  "e2e/processes/stop-silent",
  "integration/people/access-matrix",
  "integration/people/person-erase",
  "integration/presence/locks",
  "integration/migrations/concurrent-migration",
  "integration/http/headers",
  "integration/http/patience",
  "integration/presence/outage",
  "integration/database/retention-history",
  "integration/attend/pongs",
  "unit/console/drift",
  "unit/project/supply-chain",
  "unit/database/directory-lock",
  "unit/auth/token-cli",
  "unit/client/resubscribe",
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
