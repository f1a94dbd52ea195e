import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  buildClientSchema,
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  getIntrospectionQuery,
  type GraphQLSchema,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { schema } from "../../../src/graphql/schema/schema.ts";
import { testApp, type TestApp } from "../../support/app.ts";

const CONTRACT = fileURLToPath(new URL("../../support/contract.graphql", import.meta.url));
const contract = buildSchema(readFileSync(CONTRACT, "utf8"));

let app: TestApp;
let served: GraphQLSchema;
beforeAll(async () => {
  app = await testApp();
  served = buildClientSchema(await app.anonymous.get(getIntrospectionQuery({ specifiedByUrl: true })));
});
afterAll(() => app.dispose());

test("what clients rely on is all there, under the same names and types", () => {
  expect(findBreakingChanges(contract, served)).toEqual([]);
});

test("nothing beyond the contract can surprise a client of it", () => {
  // Further enum values and defaults that differ would be listed here: none is. A client may leave out what is optional.
  const optional = ["OPTIONAL_ARG_ADDED", "OPTIONAL_INPUT_FIELD_ADDED"];
  expect(findDangerousChanges(contract, served).filter(({ type }) => !optional.includes(type))).toEqual([]);
});

test("what is served is what schema.graphql is printed from", () => {
  const printed = (from: GraphQLSchema) => printSchema(lexicographicSortSchema(from));
  expect(printed(served)).toBe(printed(schema));
});
