import { readFileSync } from "node:fs";
import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { MAX_COMPILED_SIZE } from "../../../src/graphql/execution/execution.ts";
import { expandedSize } from "../../../src/graphql/execution/expansion.ts";
import { schema } from "../../../src/graphql/schema/schema.ts";
import { SESSIONS } from "../../../src/server/export/columns.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const operationsOf = ({ definitions }: DocumentNode) =>
  definitions.filter((each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION);
const sizeOf = (text: string) => {
  const document = parse(text);
  return expandedSize(schema, document, operationsOf(document)[0] as OperationDefinitionNode);
};

describe("§7 the size of an operation", () => {
  it.each([
    [
      "is that of its fields, fragments as often as they are spread",
      "{ a: me { ...F } b: me { ...F ... { id } } } fragment F on User { id name }",
      7,
    ],
    [
      "with the values of its arguments",
      "{ sessions(first: 5, filter: { from: $f, marked: true }) { totalCount } }",
      6,
    ],
    ["and long texts in them", `{ sessions(after: "${"x".repeat(1_000)}") { totalCount } }`, 5],
    ["and the fields of what its variables take", "query ($f: SessionFilter, $n: Int!) { me { id } }", 10],
    [
      "and ends where fragments go in a circle",
      "{ me { ...F } } fragment F on User { id ...G } fragment G on User { ...F name }",
      3,
    ],
  ])("%s", (_what, text, size) => expect(sizeOf(text)).toBe(size));

  it("of our own clients' operations is one that is compiled", () => {
    const ofConsole = [...read("console/operations.ts").matchAll(/graphql\(`(.*?)`\)/gs)].map(([, text]) => text);
    const documents = [parse(read("src/client/operations.graphql")), parse(ofConsole.join("\n")), SESSIONS];
    const sizes = documents.flatMap((document) =>
      operationsOf(document).map((operation) => [operation.name?.value, expandedSize(schema, document, operation)]),
    );
    expect(sizes.length).toBeGreaterThan(25);
    expect(sizes.filter(([, size]) => Number(size) > MAX_COMPILED_SIZE)).toEqual([]);
  });
});
