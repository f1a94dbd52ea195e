import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const spec = readFileSync(join(root, "docs/SPEC.md"), "utf8");
const sections = new Set([...spec.matchAll(/^## (\d+)\. /gm)].map(([, number]) => number));
const rules = new Set([...spec.matchAll(/\*\*([A-Z]\d+)\*\*/g)].map(([, id]) => id));
const sources = (...folders: string[]) =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(tsx?|mjs|graphql)$/.test(file) && !file.includes("generated"))
      .map((file) => [`${folder}/${file}`, readFileSync(join(root, folder, file), "utf8")] as const),
  );

test("what sources and tests cite of docs/SPEC.md is there", () => {
  const cited = (text: string) => [
    ...[...text.matchAll(/§(\d+)/g)].filter(([, number]) => !sections.has(number)),
    ...[...text.matchAll(/(?:test|it)(?:\.each\([^]*?\))?\(\s*["'`]\[?([A-Z]\d+)\b/g)].filter(
      ([, id]) => !rules.has(id),
    ),
  ];
  expect([sections.size, rules.size]).toEqual([7, expect.any(Number)]);
  const wrong = sources("src", "test", "console", "bench").flatMap(([file, text]) =>
    cited(text).map(([, what]) => `${file} cites ${what}`),
  );
  expect(wrong).toEqual([]);
});

test("no source speaks of a paper that readers do not have", () => {
  const wrong = sources("src", "console", "test", "bench").filter(([, text]) => /\bthe brief\b/i.test(text));
  expect(wrong.map(([file]) => file)).toEqual([]);
});
