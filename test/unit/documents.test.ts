import { buildSchema, specifiedRules } from "graphql";
import { describe, expect, it } from "vitest";
import { createDocuments } from "../../src/graphql/documents.ts";

const schema = buildSchema("type Query { a: Int }");
const read = () => createDocuments(schema, { rules: specifiedRules, tokens: 1_000, hints: true });
const operation = (name: string, length: number) => `query ${name} { a } #`.padEnd(length, ".");

describe("documents", () => {
  it("are kept for the next time, up to 1,000, the least recently used go first", () => {
    const documents = read();
    const [first, second] = [documents("{ a }"), documents("query { a }")];
    for (let i = 0; i < 998; i += 1) documents(operation(`A${i}`, 50));
    expect(documents("{ a }")).toBe(first);
    documents(operation("B", 50));
    expect(documents("{ a }")).toBe(first);
    expect(documents("query { a }")).not.toBe(second);
  });

  it("§7 are kept up to 500,000 characters, whatever hostile clients make up", () => {
    const documents = read();
    const first = documents("{ a }");
    for (let i = 0; i < 62; i += 1) documents(operation(`A${i}`, 8_000));
    expect(documents("{ a }")).toBe(first);
    for (let i = 0; i < 62; i += 1) documents(operation(`B${i}`, 8_000));
    expect(documents("{ a }")).toBe(first);
    for (let i = 0; i < 63; i += 1) documents(operation(`C${i}`, 8_000));
    expect(documents("{ a }")).not.toBe(first);
  });

  it("§7 are not kept when they are longer than any client's, or wrong", () => {
    const documents = read();
    for (const text of [operation("A", 8_193), "{ b }", "{"]) expect(documents(text)).not.toBe(documents(text));
  });
});
