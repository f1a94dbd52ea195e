import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { store } from "../support/database.ts";
import { listenToStatements, type Statements } from "../support/statements.ts";

// Until autovacuum has looked PostgreSQL guesses how large a table is: «presence_watch», one row, passed for 1,450, and
// reading a whiteboard session for something worth compiling.
describe.runIf(store === "postgresql")("a database that has no statistics yet", () => {
  let app: TestApp;
  let statements: Statements;
  beforeAll(async () => {
    statements = listenToStatements();
    app = await testApp();
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await app.dispose();
  });

  test("compiles no plans: that takes longer than any of our statements", async () => {
    expect(await app.store.database.prisma.$queryRaw`show jit`).toEqual([{ jit: "off" }]);
  });

  test("takes presence_watch for the one row that it is", async () => {
    const { prisma } = app.store.database;
    const [sql = ""] = await statements.during(() => app.app.services.watching.states([1]));
    expect(sql).toContain("presence_watch");
    type Plan = { "QUERY PLAN": { Plan: { "Plan Rows": number } }[] };
    const [row] = await prisma.$queryRawUnsafe<Plan[]>(`explain (format json) ${sql}`, [1]);
    expect(row?.["QUERY PLAN"][0]?.Plan["Plan Rows"]).toBe(1);
  });
});
