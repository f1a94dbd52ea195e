import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../../../src/", import.meta.url));

/**
 * What each layer may import of ours, and from npm and Node. `types` is for `import type` alone. `domain <- services <-
 * graphql <- server`; database, auth, events and telemetry implement what services ask for; only app.ts and transport.ts know
 * concrete classes.
 */
const MAY: Record<string, { ours: string[]; types?: string[]; packages: RegExp }> = {
  domain: { ours: ["domain"], packages: /^$/ },
  services: { ours: ["domain", "services"], types: ["generated"], packages: /^$/ },
  graphql: {
    ours: ["domain", "services", "graphql"],
    types: ["generated", "auth/claims.ts"],
    packages: /^(graphql|graphql-jit|dataloader|lru-cache|@pothos\/.*)$/,
  },
  auth: { ours: ["domain", "auth"], packages: /^(jose|lru-cache|node:.*)$/ },
  events: {
    ours: ["domain", "services", "events"],
    packages: /^(node:events|graphql-yoga|@graphql-yoga\/.*|ioredis)$/,
  },
  database: {
    ours: ["domain", "database", "generated", "timers.ts", "startup-error.ts"],
    types: ["services"],
    packages: /^(pg|pglite-prisma-adapter|@electric-sql\/.*|@prisma\/.*|node:.*)$/,
  },
  server: {
    ours: [
      "domain/errors.ts",
      "domain/text.ts",
      "domain/sessions/scheduling.ts",
      "auth/refusal.ts",
      "server",
      "timers.ts",
    ],
    types: ["domain", "services", "graphql", "auth"],
    packages: /^(graphql|graphql-ws|graphql-yoga|ws|@graphql-yoga\/.*|node:.*)$/,
  },
  telemetry: {
    ours: ["telemetry", "services/shared/telemetry.ts"],
    types: ["services"],
    packages: /^(prom-client|@opentelemetry\/.*|node:.*)$/,
  },
  client: {
    ours: ["client"],
    types: ["generated"],
    packages: /^(graphql-ws\/client|@graphql-typed-document-node\/core)$/,
  },
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

/** Every import and re-export of a file, ours as paths from src/. */
function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(SRC + file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (name: ts.Expression | undefined, typeOnly: boolean) => {
    if (name === undefined || !ts.isStringLiteralLike(name)) return;
    const from = name.text.startsWith(".") ? posix.join(dirname(file), name.text) : name.text;
    found.push({ file, from, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `import type {…}`, and `import { type A, type B }`, which leave nothing behind. */
function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named)
    ? named.elements.every((element) => element.isTypeOnly)
    : false;
}

const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(SRC, `${entry.parentPath}/${entry.name}`).split("\\").join("/"))
  .filter((file) => !file.startsWith("generated/"));
const layerOf = (file: string) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");
const within = (path: string, places: readonly string[]) =>
  places.some((place) => path === place || path.startsWith(`${place}/`));

describe("imports keep the direction of CONTRIBUTING.md", () => {
  for (const [layer, { ours, types = [], packages }] of Object.entries(MAY)) {
    test(`src/${layer}`, () => {
      const wrong = files
        .filter((file) => layerOf(file) === layer)
        .flatMap(importsOf)
        .filter(({ from, typeOnly }) => {
          const isOurs = from.endsWith(".ts");
          return isOurs ? !within(from, typeOnly ? [...ours, ...types] : ours) : !packages.test(from);
        })
        .map(({ file, from }) => `${file} imports ${from}`);
      expect(wrong).toEqual([]);
    });
  }

  test("every directory of src is a layer, but for the command line and the demo, which use what is there", () => {
    expect(new Set(files.map(layerOf))).toEqual(new Set([...Object.keys(MAY), "", "cli", "demo"].filter(exists)));
  });

  test("only the demo knows the demo", { timeout: 20_000 }, () => {
    const knowing = files
      .filter((file) => layerOf(file) !== "demo")
      .flatMap(importsOf)
      .filter(({ from }) => within(from, ["demo"]));
    expect(knowing).toEqual([]);
  });

  test("only app.ts, transport.ts, main.ts and the command line know concrete parts of several layers", () => {
    const concrete = ["database", "events", "server", "auth", "graphql", "telemetry"];
    const knowing = files
      .filter((file) => layerOf(file) === "" && !["app.ts", "transport.ts", "main.ts"].includes(file))
      .flatMap(importsOf)
      .filter(({ from, typeOnly }) => !typeOnly && within(from, concrete))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(knowing).toEqual([]);
  });
});

test("a constant that the whole of src shares is defined once, and no name stands for two numbers", () => {
  // Such as `const MAX_ID = 2 ** 31 - 1`.
  const places = new Map<string, string[]>();
  for (const file of files.filter((each) => !within(each, ["client", "demo"]))) {
    const text = readFileSync(SRC + file, "utf8");
    for (const [, name] of text.matchAll(/^(?:export )?const ([A-Z][A-Z0-9_]+) = [-\d]/gm)) {
      places.set(name!, [...(places.get(name!) ?? []), file]);
    }
  }
  expect(places.size).toBeGreaterThan(30);
  expect([...places].filter(([, found]) => found.length > 1)).toEqual([]);
});

function exists(layer: string): boolean {
  return layer === "" || files.some((file) => layerOf(file) === layer);
}
