import { auditServer } from "graphql-http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ env: { NODE_ENV: "development" } });
});
afterAll(() => app.dispose());

test("every audit of the GraphQL over HTTP specification is passed, the recommendations too", async () => {
  const results = await auditServer({ url: app.url });
  const wanting = results.flatMap((result) =>
    result.status === "ok" ? [] : [`${result.id} ${result.name}: ${result.reason}`],
  );
  expect(wanting).toEqual([]);
  expect(results.length).toBeGreaterThan(50);
});
