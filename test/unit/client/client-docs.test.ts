import { readFileSync } from "node:fs";
import { parse, validate } from "graphql";
import { expect, test } from "vitest";
import { schema } from "../../../src/graphql/schema/schema.ts";

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");

// The examples are run by end-to-end tests.
test.each([
  ["Apollo Client", "apollo"],
  ["urql", "urql"],
])("what docs/client.md shows for %s is what its example runs", (title, folder) => {
  const [, code] = new RegExp(`\\n## ${title}\\n[^]*?\`\`\`js\\n([^]*?)\`\`\``).exec(read("docs/client.md")) ?? [];
  expect(code).toBeDefined();
  expect(read(`examples/${folder}/client.mjs`)).toContain(code);
});

test("P15 what docs/websocket-handler.md sends fits the schema", () => {
  const [, sent = ""] = /```graphql\n([^]*?)```/.exec(read("docs/websocket-handler.md")) ?? [];
  expect(sent).toContain("recordConnectionEvents");
  expect(validate(schema, parse(sent))).toEqual([]);
});
