import { buildSchema, getIntrospectionQuery, print, specifiedRules, type ValidationRule } from "graphql";
import { describe, expect, it } from "vitest";
import { createDocuments, type Documents } from "../../../src/graphql/execution/documents.ts";

const schema = buildSchema("type Query { a: Int, q: Query }");
const limits = { depth: 3, aliases: 2, tokens: 1_000 };
const read = (rules: readonly ValidationRule[] = specifiedRules) =>
  createDocuments(schema, { rules, limits, introspection: true });
/** As read at its second use, from which on it is kept. */
const kept = (documents: Documents, text: string) => [documents(text), documents(text)][1];
const operation = (name: string, length: number) => `query ${name} { a } #`.padEnd(length, ".");

describe("documents", () => {
  it("are kept from their second use on, up to 1,000, the least recently used go first", () => {
    const documents = read();
    const [first, second] = [kept(documents, "{ a }"), kept(documents, "query { a }")];
    for (let i = 0; i < 998; i += 1) kept(documents, operation(`A${i}`, 50));
    expect(documents("{ a }")).toBe(first);
    kept(documents, operation("B", 50));
    expect(documents("{ a }")).toBe(first);
    expect(documents("query { a }")).not.toBe(second);
  });

  it("§7 are kept up to 500,000 characters", () => {
    const documents = read();
    const first = kept(documents, "{ a }");
    for (let i = 0; i < 62; i += 1) kept(documents, operation(`A${i}`, 8_000));
    expect(documents("{ a }")).toBe(first);
    for (let i = 0; i < 62; i += 1) kept(documents, operation(`B${i}`, 8_000));
    expect(documents("{ a }")).toBe(first);
    for (let i = 0; i < 63; i += 1) kept(documents, operation(`C${i}`, 8_000));
    expect(documents("{ a }")).not.toBe(first);
  });

  it("§7 that hostile clients make up, another one each time, push nothing out", () => {
    const documents = read();
    const first = kept(documents, "{ a }");
    for (let i = 0; i < 2_000; i += 1) documents(operation(`A${i}`, 8_000));
    expect(documents("{ a }")).toBe(first);
    expect(documents(operation("A1999", 8_000))).toBe(documents(operation("A1999", 8_000)));
  });

  it("§7 are not kept when they are longer than any client's, or wrong", () => {
    const documents = read();
    for (const text of [operation("A", 8_193), "{ b }", "{"]) {
      expect(kept(documents, text)).not.toBe(documents(text));
    }
  });

  const times = (count: number, text: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join(" ");

  it("§7 a field that only repeats what stands beside it is read once, and refused only by what it says", () => {
    const { document, errors } = read()(`{ ${times(990, () => "a")} }`);
    expect([errors, print(document!)]).toEqual([[], "{\n  a\n}"]);
    const different = "{ a a @skip(if: true) b: a q { a a } ... { a } }";
    const thinned = print(read()(different).document!).replace(/\s+/g, " ");
    expect(thinned).toBe("{ a a @skip(if: true) b: a q { a } ... { a } }");
    expect(read()("{ nope nope }").errors).toHaveLength(1);
  });

  it.each([
    ["deep", "{ q { q { q { a } } } }"],
    ["deep through fragments", "{ ...F } fragment F on Query { q { ...G } } fragment G on Query { q { q { a } } }"],
    ["of many aliases", "{ b: a c: a ... { d: a } }"],
    ["of one field again and again", `{ ${times(78, () => "a @skip(if: false)")} }`],
    ["of one field with more below it", `{ ${times(78, () => "q { a }")} }`],
    ["of one field in many fragments", `{ a } ${times(35, (i) => `fragment F${i} on Query { q { a } }`)}`],
    [
      "of fragments that double each other",
      `{ ...F0 } ${times(75, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)}`,
    ],
    ["of fragments in a circle", `{ ...F0 } ${times(60, (i) => `fragment F${i} on Query { ...F${(i + 1) % 60} }`)}`],
  ])("§7 %s are refused before validation, which costs far more", (_what, text) => {
    let validated = 0;
    const documents = read([() => ({ Document: () => void (validated += 1) })]);
    const [error, ...more] = documents(text).errors;
    expect([error?.extensions["code"], more, validated]).toEqual(["QUERY_TOO_COMPLEX", [], 0]);
    expect(documents("{ a }").errors).toEqual([]);
    expect(validated).toBe(1);
  });

  it("§7 that ask about the schema alone are exempt where that is on, whatever the limits", () => {
    const none = { depth: 1, aliases: 0, tokens: 5 };
    const full = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true });
    const type = '{ one: __type(name: "Query") { name } two: __type(name: "Int") { name } }';
    const codes = (introspection: boolean, text: string, most = none) =>
      createDocuments(schema, { rules: specifiedRules, limits: most, introspection })(text).errors.map(
        ({ extensions }) => extensions["code"],
      );
    for (const text of [full, type]) {
      expect(codes(true, text)).toEqual([]);
      expect(codes(false, text)).toEqual(["QUERY_TOO_COMPLEX"]);
    }
    expect(codes(false, type, { ...none, tokens: 1_000 })).toEqual(["QUERY_TOO_COMPLEX"]);
    const more = ["{ q { q { a } } }", "{ __schema { description } q { a } }", "{ __typename a q { a } }"];
    const hidden = ["{ __schema { description } ...F } fragment F on Query { q { a } }", `${type} query B { q { a } }`];
    const typenames = `{ ${times(3, () => "... { __typename }")} }`;
    for (const text of [...more, ...hidden, typenames, `${full} # `.replace("#", "query Q { a }")]) {
      expect([text, codes(true, text)]).toEqual([text, ["QUERY_TOO_COMPLEX"]]);
    }
    expect(codes(true, `{ ${times(1_000, (i) => `t${i}: __schema { description }`)} }`)).toEqual(["QUERY_TOO_COMPLEX"]);
    expect(codes(true, `${full} }`)).toEqual(["QUERY_TOO_COMPLEX"]);
  });

  it("§7 as large as clients have them are none of those", () => {
    const documents = read();
    expect(documents(getIntrospectionQuery({ inputValueDeprecation: true })).errors).toEqual([]);
    expect(documents("{ q { q { a } } __schema { types { fields { type { name } } } } }").errors).toEqual([]);
    expect(documents(`{ ${times(77, () => "a")} }`).errors).toEqual([]);
    expect(documents("{ q { q { a } } ...F b: a c: a } fragment F on Query { q { q { a } } }").errors).toEqual([]);
  });

  it("§7 with more mistakes than anybody mends at once are not gone through to the end", () => {
    const { errors } = read()(`{ ${times(300, (i) => `x${i}`)} }`);
    expect(errors.length).toBe(11);
    expect(new Set(errors.map(({ extensions }) => extensions["code"]))).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));
  });
});
