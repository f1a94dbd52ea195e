import {
  buildSchema,
  defaultFieldResolver,
  execute,
  type ExecutionArgs,
  type GraphQLError,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from "graphql";
import { describe, expect, it } from "vitest";
import { RollcallError } from "../../src/domain/errors.ts";
import { createErrorFormatter } from "../../src/graphql/errors.ts";
import { createExecution, type Execute } from "../../src/graphql/execution.ts";

const schema = buildSchema(`
  type Query { of(id: ID!, first: Int! = 20): Thing  things: [Thing!]!  fails: Thing!  faulty: Int }
  type Mutation { add(id: ID!): Thing }
  input Place { x: Int! }
  type Thing { id: ID!  name: String!  at(place: Place): Int }
`);
// As with ours, every field has a resolver: compiled code takes what has none for a plain value.
for (const type of Object.values(schema.getTypeMap())) {
  if (!isObjectType(type)) continue;
  for (const field of Object.values(type.getFields())) field.resolve = defaultFieldResolver;
}
const formatError = createErrorFormatter({
  isUnavailable: () => false,
  report: () => undefined,
  count: () => undefined,
  hints: true,
});

const thing = (id: string) => ({ id, name: () => Promise.resolve(`thing ${id}`), at: () => 1 });
const rootValue = {
  of: ({ id, first }: { id: string; first: number }) => Promise.resolve(thing(`${id} of ${first}`)),
  things: () => [thing("1"), { ...thing("2"), name: () => null }],
  fails: () => Promise.reject(new RollcallError("NOT_FOUND", "There is no such thing.")),
  faulty: () => "no number",
};

async function answer(run: Execute, query: string, more: Partial<ExecutionArgs> = {}): Promise<unknown> {
  const { data, errors } = await run({ schema, document: parse(query), rootValue, ...more });
  const told = (error: GraphQLError) => formatError(error).toJSON();
  return JSON.parse(JSON.stringify({ data, errors: errors?.map(told) })) as unknown;
}

describe("a compiled operation answers as graphql itself does", () => {
  it.each([
    ["data", "query ($id: ID!) { of(id: $id) { id name } }", { id: 7 }],
    ["variables that do not fit", "query ($id: ID!) { of(id: $id) { id } }", { id: [] }],
    ["a variable that is missing", "query ($id: ID!) { of(id: $id) { id } }", {}],
    ["an operation that there is not", "query A { of(id: 1) { id } } query B { things { id } }", {}],
    ["a refusal, on its line", "{\r\n  ok: of(id: 1) { id }\n\r  fails { id } }", {}],
    ["null where it may not be: a fault, which is masked", "{ things { id name } }", {}],
    ["null in an argument that has a default", "query ($n: Int = 5) { of(id: 1, first: $n) { id } }", { n: null }],
    ["an argument left out by its variable", "query ($n: Int) { of(id: 1, first: 3) { at(place: null) } }", {}],
    ["null within an argument", "query ($n: Int = 5) { of(id: 1) { at(place: { x: $n }) } }", { n: null }],
    ["a field that is called __proto__", "{ __proto__: of(id: 1) { id } }", {}],
  ])("with %s", async (_what, query, variableValues) => {
    const asked = { variableValues, operationName: query.startsWith("query A") ? "C" : null };
    expect(await answer(createExecution(0), query, asked)).toEqual(await answer(execute, query, asked));
  });
});

it("a value of the wrong kind is a fault, which is masked", async () => {
  expect(await answer(createExecution(0), "{ faulty }")).toMatchObject({
    data: { faulty: null },
    errors: [{ path: ["faulty"], extensions: { code: "INTERNAL_SERVER_ERROR" } }],
  });
});

it("mutations run one after the other, and one that fails keeps none of the others", async () => {
  const order: string[] = [];
  const add = async ({ id }: { id: string }) => {
    order.push(`${id} begins`);
    await new Promise((resolve) => setTimeout(resolve, id === "1" ? 20 : 1));
    order.push(`${id} ends`);
    if (id === "2") throw new RollcallError("CONFLICT", "There is one.");
    return thing(id);
  };
  const query = "mutation { a: add(id: 1) { id } b: add(id: 2) { id } c: add(id: 3) { id } }";
  const result = await answer(createExecution(0), query, { rootValue: { add } });
  expect(order).toEqual(["1 begins", "1 ends", "2 begins", "2 ends", "3 begins", "3 ends"]);
  expect(result).toMatchObject({
    data: { a: { id: "1" }, b: null, c: { id: "3" } },
    errors: [{ path: ["b"], locations: [{ line: 1, column: 33 }], extensions: { code: "CONFLICT" } }],
  });
});

it("compiles what comes again, and nothing that comes once", async () => {
  const run = createExecution(2);
  const document = parse("{ of(id: 1) { id } }");
  const [operation] = document.definitions as [OperationDefinitionNode];
  // Compiled code does not read what is selected any more.
  let reads = 0;
  const selectionSet = new Proxy(operation.selectionSet, {
    get: (target, key) => ((reads += 1), Reflect.get(target, key) as unknown),
  });
  const args = { schema, document: { ...document, definitions: [{ ...operation, selectionSet }] }, rootValue };
  const readsOfNext = async () => {
    reads = 0;
    expect(await run(args)).toMatchObject({ data: { of: { id: "1 of 20" } } });
    return reads;
  };
  expect(await readsOfNext()).toBeGreaterThan(0);
  expect(await readsOfNext()).toBeGreaterThan(0);
  await readsOfNext();
  expect(await readsOfNext()).toBe(0);
});
