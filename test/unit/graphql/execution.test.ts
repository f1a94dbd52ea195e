import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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
import { RollcallError } from "../../../src/domain/errors.ts";
import { createErrorFormatter } from "../../../src/graphql/execution/errors.ts";
import { createExecution, type Execute } from "../../../src/graphql/execution/execution.ts";

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

/** Compiles at the first use, whatever time that takes. */
const EAGER = { after: 0, part: 1, now: () => 0 };
const SOMEBODY = { viewer: { id: 1 } };

const thing = (id: string) => ({ id, name: () => Promise.resolve(`thing ${id}`), at: () => 1 });
const rootValue = {
  of: ({ id, first }: { id: string; first: number }) => Promise.resolve(thing(`${id} of ${first}`)),
  things: () => [thing("1"), { ...thing("2"), name: () => null }],
  fails: () => Promise.reject(new RollcallError("NOT_FOUND", "There is no such thing.")),
  faulty: () => "no number",
};

async function answer(run: Execute, query: string, more: Partial<ExecutionArgs> = {}): Promise<unknown> {
  const { data, errors } = await run({
    ...{ schema, document: parse(query), rootValue, contextValue: SOMEBODY },
    ...more,
  });
  const told = (error: GraphQLError) => formatError(error).toJSON();
  return JSON.parse(JSON.stringify({ data, errors: errors?.map(told), text: JSON.stringify(data) })) as unknown;
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
    ["fields in their order, one of them left out", "{ of(id: 1) { name @skip(if: true) id name } }", {}],
    [
      "a fragment that is left out once",
      "{ of(id: 1) { ...T @skip(if: true) ...T } } fragment T on Thing { id name }",
      {},
    ],
    [
      "a fragment under a condition, and without one",
      "{ a: of(id: 1) { ...T @include(if: false) id } b: of(id: 2) { ...T } } fragment T on Thing { name }",
      {},
    ],
    [
      "fields that several fragments hold",
      "{ of(id: 1) { ...A name ...B } } fragment A on Thing { at id } fragment B on Thing { id at name }",
      {},
    ],
  ])("with %s", async (_what, query, variableValues) => {
    const asked = { variableValues, operationName: query.startsWith("query A") ? "C" : null };
    expect(await answer(createExecution(EAGER), query, asked)).toEqual(await answer(execute, query, asked));
  });
});

it("a value of the wrong kind is a fault, which is masked", async () => {
  expect(await answer(createExecution(EAGER), "{ faulty }")).toMatchObject({
    data: { faulty: null },
    errors: [{ path: ["faulty"], extensions: { code: "INTERNAL_SERVER_ERROR" } }],
  });
});

it("mutations run one after the other, and one that fails keeps none of the others", async () => {
  const order: string[] = [];
  const add = async ({ id }: { id: string }) => {
    order.push(`${id} begins`);
    await setTimeout(id === "1" ? 20 : 1);
    order.push(`${id} ends`);
    if (id === "2") throw new RollcallError("CONFLICT", "There is one.");
    return thing(id);
  };
  const query = "mutation { a: add(id: 1) { id } b: add(id: 2) { id } c: add(id: 3) { id } }";
  const result = await answer(createExecution(EAGER), query, { rootValue: { add } });
  expect(order).toEqual(["1 begins", "1 ends", "2 begins", "2 ends", "3 begins", "3 ends"]);
  expect(result).toMatchObject({
    data: { a: { id: "1" }, b: null, c: { id: "3" } },
    errors: [{ path: ["b"], locations: [{ line: 1, column: 33 }], extensions: { code: "CONFLICT" } }],
  });
});

describe("§7 what is compiled", () => {
  /** One operation, and whether its next run is by compiled code, which does not read what is selected any more. */
  function operation(run: Execute, text: string, contextValue: object = SOMEBODY) {
    const document = parse(text);
    const [first, ...others] = document.definitions as [OperationDefinitionNode];
    let reads = 0;
    const selectionSet = new Proxy(first.selectionSet, {
      get: (target, key) => ((reads += 1), Reflect.get(target, key) as unknown),
    });
    const args = { schema, rootValue, document: { ...document, definitions: [{ ...first, selectionSet }, ...others] } };
    const runs = async (times: number, context = contextValue): Promise<boolean> => {
      for (let i = 0; i < times; i += 1) {
        reads = 0;
        const { errors } = await run({ ...args, contextValue: context });
        expect(errors).toBeUndefined();
      }
      return reads === 0;
    };
    return { runs };
  }
  const aliases = (count: number, below: string) =>
    Array.from({ length: count }, (_, i) => `a${i}: ${below}`).join(" ");
  const EVERY_TIME = { after: 2, part: 1, now: () => 0 };

  it("comes again, and nothing that comes once", async () => {
    const { runs } = operation(createExecution(EVERY_TIME), "{ of(id: 1) { id } }");
    expect([await runs(1), await runs(1), await runs(2)]).toEqual([false, false, true]);
  });

  it("is asked for by somebody: uses of anonymous viewers do not count", async () => {
    const { runs } = operation(createExecution(EVERY_TIME), "{ of(id: 1) { id } }");
    expect(await runs(10, { viewer: null })).toBe(false);
    expect([await runs(2), await runs(2)]).toEqual([false, true]);
  });

  it("is small once its fragments are expanded, however short its text is", async () => {
    const run = createExecution(EVERY_TIME);
    const fragment = (fields: number) => `fragment T on Thing { ${aliases(fields, "name")} }`;
    const small = operation(run, `{ ${aliases(2, "of(id: 1) { ...T }")} } ${fragment(70)}`);
    const bomb = operation(run, `{ ${aliases(15, "of(id: 1) { ...T }")} } ${fragment(70)}`);
    expect([await small.runs(4), await bomb.runs(10)]).toEqual([true, false]);
    // Of 2^30 fields, which must not be counted one by one either.
    const doubling = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Thing { ...F${i + 1} ...F${i + 1} }`);
    const text = `{ of(id: 1) { ...F0 } } ${doubling.join(" ")} fragment F30 on Thing { id }`;
    expect(await operation(run, text).runs(4)).toBe(false);
  });

  it("takes a part of the time: after one that took long the next one waits", async () => {
    let time = 0;
    const run = createExecution({ after: 0, now: () => (time += 10) });
    const [first, second] = [operation(run, "{ of(id: 1) { id } }"), operation(run, "{ of(id: 1) { name } }")];
    expect([await first.runs(2), await second.runs(2)]).toEqual([true, false]);
    time += 200;
    expect(await second.runs(2)).toBe(true);
  });

  it("is kept up to a number of bytes, the least recently used goes first", async () => {
    const run = createExecution({ ...EVERY_TIME, maxBytes: 100_000 });
    const all = Array.from({ length: 10 }, (_, i) => operation(run, `{ of(id: ${i}) { id name } }`));
    for (const { runs } of all) expect(await runs(4)).toBe(true);
    expect([await all[9]?.runs(1), await all[0]?.runs(1)]).toEqual([true, false]);
  });

  it("is weighed as what it takes: the memory that is held is as large as the limit says, however much is compiled", async () => {
    setFlagsFromString("--expose-gc");
    // V8 keeps code of its own accord for some collections more.
    setFlagsFromString("--no-compilation-cache");
    const gc = runInNewContext("gc") as () => void;
    const maxBytes = 3_000_000;
    const eager = () => createExecution({ ...EVERY_TIME, after: 0, maxBytes });
    const run = eager();
    const used = async (count: number, name: string, by = run) => {
      for (let i = 0; i < count; i += 1) {
        await operation(by, `query ${name}${i} { of(id: 1) { ${aliases(90, "name")} } }`).runs(40);
      }
      await setTimeout(10);
      gc();
      return process.memoryUsage().heapUsed;
    };
    const before = await used(1, "A", eager());
    const held = (await used(6, "B")) - before;
    expect(held).toBeLessThan(maxBytes * 1.2);
    expect(held).toBeGreaterThan(maxBytes * 0.25);
  }, 30_000);
});
