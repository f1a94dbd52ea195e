import { execute, type ExecutionArgs, type ExecutionResult, OperationTypeNode } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "../../../src/auth/claims.ts";
import { type Context, createLoaders } from "../../../src/graphql/execution/context.ts";
import { createDocuments } from "../../../src/graphql/execution/documents.ts";
import { createErrorFormatter } from "../../../src/graphql/execution/errors.ts";
import { createExecution, type Execute } from "../../../src/graphql/execution/execution.ts";
import { validationRules } from "../../../src/graphql/execution/rules.ts";
import { schema } from "../../../src/graphql/schema/schema.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { busyLesson } from "../../support/busy-lesson.ts";
import { ADMIN, PARENT, STUDENT, TUTOR } from "../../support/lesson.ts";
import { random as seeded } from "../../support/random.ts";
import { wildOperation } from "../../support/wild-operations.ts";
import { oneOf } from "../../support/wild-values.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? 20_250_101);
const OPERATIONS = 300;
const limits = { depth: 20, aliases: 100, tokens: 10_000 };
const read = createDocuments(schema, {
  rules: validationRules({ introspection: true }),
  limits,
  introspection: true,
});
const formatError = createErrorFormatter({
  isUnavailable: () => false,
  report: () => undefined,
  count: () => undefined,
  hints: true,
});

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const viewer = (id: number, role: "tutor" | "student" | "parent" | "admin"): Viewer => ({
  id,
  roles: new Set([role]),
  name: null,
  expiresAt: Number.MAX_SAFE_INTEGER,
});
const VIEWERS = [viewer(TUTOR, "tutor"), viewer(STUDENT, "student"), viewer(PARENT, "parent"), viewer(ADMIN, "admin")];

interface Seen {
  /** As text: the order of fields is part of an answer. */
  readonly data: string;
  /** Errors of fields that are null for them alone. Of several that make one parent null, either may tell any. */
  readonly errors: readonly string[];
  readonly failed: boolean;
}

/** What a client sees of an operation. */
async function answer(run: Execute, args: ExecutionArgs, who: Viewer | null): Promise<Seen> {
  const { services } = app.app;
  const contextValue: Context = {
    viewer: who,
    services,
    socketId: null,
    requestId: "one",
    traceparent: null,
    arrivedAt: app.clock.now(),
    load: createLoaders(services, who),
    usage: null,
  };
  const { data, errors = [] }: ExecutionResult = await run({ ...args, contextValue });
  const own = errors.filter(({ path }) => path === undefined || isThere(data, path.slice(0, -1)));
  const texts = own.map((error) => JSON.stringify(formatError(error).toJSON())).sort();
  return { data: JSON.stringify(data ?? null), errors: texts, failed: errors.length > 0 };
}

const isThere = (data: unknown, path: readonly (string | number)[]) =>
  path.reduce((value, key) => (value as Record<string, unknown> | null)?.[key], data) != null;

test(`compiled queries answer as graphql itself does, whatever is asked (seed ${seed})`, async () => {
  const { sessionId, whiteboard, connection } = await busyLesson(app);
  const known = { ids: [sessionId, whiteboard, connection, "1", "2", "3"] };
  const random = seeded(seed);
  const compiled = createExecution({ after: 0, part: 1, now: () => 0 });
  let good = 0;
  let refused = 0;
  for (let i = 0; i < OPERATIONS; i += 1) {
    const { query, variables } = wildOperation(random, schema, OperationTypeNode.QUERY, known);
    const { document, errors } = read(query);
    if (document === null || errors.length > 0) continue;
    const who = oneOf(random, [...VIEWERS, null]);
    const args: ExecutionArgs = { schema, document, variableValues: variables };
    const expected = await answer(execute, args, who);
    expect({ query, variables, ...(await answer(compiled, args, who)) }).toEqual({ query, variables, ...expected });
    if (expected.failed) refused += 1;
    else good += 1;
  }
  // It got further than to the door, both ways.
  expect(Math.min(good, refused)).toBeGreaterThan(OPERATIONS / 20);
});
