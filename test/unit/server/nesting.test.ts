import fc from "fast-check";
import { expect, it } from "vitest";
import { nestsTooDeeply } from "../../../src/server/operations.ts";

const nested = (depth: number, [open, close] = ["[", "]"]) => open.repeat(depth) + close.repeat(depth);

it.each([
  ["arrays", (depth: number) => nested(depth)],
  ["objects", (depth: number) => nested(depth - 1, ['{"a":', "}"]).replace(":}", ":{}}")],
  ["of those that stand beside others", (depth: number) => `[{},[[]],"]]]",${nested(depth - 1)},1]`],
])("§7 64 %s in each other are no more than anybody needs, 65 are", (_what, text) => {
  expect(nestsTooDeeply(JSON.parse(text(64)))).toBe(false);
  expect(nestsTooDeeply(JSON.parse(text(65)))).toBe(true);
});

it("§7 the question itself does not run out of stack", () => {
  expect(nestsTooDeeply(JSON.parse(nested(60_000)))).toBe(true);
});

it("§7 of any JSON the depth is that of its values", () => {
  const depthOf = (value: unknown): number =>
    typeof value !== "object" || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));
  const around = fc.integer({ min: 58, max: 66 });
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), around, (value, depth) => {
      const json: unknown = JSON.parse(nested(depth).replace("[]", `[${JSON.stringify(value)}]`));
      expect(nestsTooDeeply(json)).toBe(depth + depthOf(value) > 64);
    }),
  );
});
