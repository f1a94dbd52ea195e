import { buildSchema } from "graphql";
import { expect, it } from "vitest";
import { schemaFaults } from "../../../scripts/schema-rules.ts";
import { schema } from "../../../src/graphql/schema/schema.ts";

it("every type, field, argument and enum value of the schema is described and well named", () => {
  expect(schemaFaults(schema)).toEqual([]);
});

it.each([
  ['"Reads" type Query { "One." a: Int }', "Query needs a description of sentences"],
  ['"Reads." type Query { a: Int }', "Query.a needs a description of sentences"],
  ['"Reads." type Query { "One." a(b: Int): Int }', "Query.a(b:) needs a description of sentences"],
  ['"Reads." type Query { "One." a: E } "Two." enum E { A }', "E.A needs a description of sentences"],
  ['"Reads." type Query { "One." a: E } "Two." enum E { "Three." a }', "E.a must be named like"],
  ['"Reads." type Query { "One." A: Int }', "Query.A must be named like"],
  ['"Reads." type Query { "One." a: b } "Two." scalar b', "b must be named like"],
  [
    '"Reads." type Query { "One." a("Two." b: C): Int } "Three." input C { "Four." d: Int }',
    "C must end in Input or Filter",
  ],
  [
    '"Reads." type Query { "One." a("Two." b: CInput): Int } "Three." input CInput { d: Int }',
    "CInput.d needs a description",
  ],
  ['"Reads." type Query { "One." a: Int @deprecated }', "Query.a is deprecated without a reason"],
  ['"Reads." type Query { "One." a: Int @deprecated(reason: " ") }', "Query.a is deprecated without a reason"],
])("%s", (text, fault) => {
  const faults = schemaFaults(buildSchema(text));
  expect(faults).toEqual([expect.stringContaining(fault)]);
});

it("a deprecation with a reason is none of those", () => {
  const text = '"Reads." type Query { "One." a: Int @deprecated(reason: "Use b.") "Two." b: Int }';
  expect(schemaFaults(buildSchema(text))).toEqual([]);
});
