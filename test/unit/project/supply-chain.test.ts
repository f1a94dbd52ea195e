import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as unknown;
const run = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", `scripts/${script}.ts`, ...args], { cwd: root, encoding: "utf8" });

interface Lock {
  readonly packages: Record<string, { version: string; license?: string; dev?: boolean; devOptional?: boolean }>;
}
const { packages } = read("package-lock.json") as Lock;
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** The packages that the sources of a folder import, types aside. */
function imported(folder: string, ...except: string[]): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => /\.tsx?$/.test(file) && !except.some((each) => file.startsWith(each)));
  const specifiers = sources.flatMap((file) => {
    const text = readFileSync(join(root, folder, file), "utf8");
    return [...text.matchAll(/^(?:import|export)(?! type)[^;]*? from "([^."#][^"]*)"/gm)].map((match) => match[1]!);
  });
  const names = specifiers.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]);
  return [...new Set(names)].filter((name) => !name.startsWith("node:") && !builtinModules.includes(name)).sort();
}

describe("npm run -s sbom", () => {
  const { status, stdout, stderr } = run("print-sbom");
  const bom = JSON.parse(stdout) as Bom;
  const listed = bom.components.map(({ name, version }) => `${name}@${version}`);
  interface Bom {
    readonly $schema: string;
    readonly bomFormat: string;
    readonly specVersion: string;
    readonly metadata: { readonly component: object };
    readonly components: (Named & {
      readonly licenses?: unknown[];
      readonly hashes?: { alg: string; content: string }[];
    })[];
    readonly dependencies: { readonly ref: string; readonly dependsOn: string[] }[];
  }
  interface Named {
    readonly "bom-ref": string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
  }

  test("is CycloneDX 1.5 of Rollcall itself, and tells nothing of the machine that prints it", () => {
    expect([status, stderr]).toEqual([0, ""]);
    expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5" });
    const { version } = read("package.json") as { version: string };
    const licenses = [{ license: { id: "Apache-2.0" } }];
    const own = { type: "application", name: "rollcall", version, licenses, purl: `pkg:npm/rollcall@${version}` };
    expect(bom.metadata.component).toMatchObject(own);
    expect(stdout).not.toContain(root.slice(0, -1));
    expect(stdout.replace(bom.$schema, "")).not.toMatch(/https?:|file:|registry/);
  });

  test("lists all that a production installation needs", () => {
    const needed = Object.entries(packages).filter(
      ([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional,
    );
    const names = needed.map(([path, { version }]) => `${nameOf(path)}@${version}`);
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !listed.includes(name))).toEqual([]);
  });

  test("lists whatever the server, the client and the console import", () => {
    const names = bom.components.map(({ name }) => name);
    const inSources = [...imported("src"), ...imported("console", "vite.config.ts")];
    expect(inSources).toEqual(expect.arrayContaining(["graphql", "pg", "react", "urql", "ws"]));
    expect(inSources.filter((name) => !names.includes(name))).toEqual([]);
  });

  test("lists nothing that is for development, nor Prisma's command line and what it brings", () => {
    const { devDependencies } = read("package.json") as { devDependencies: Record<string, string> };
    const inConsole = imported("console", "vite.config.ts");
    // What those of the console need, and type packages that others ask for as if they ran.
    const known = [...inConsole, "@urql/core", "@types/node", "@types/pg"];
    const wrong = bom.components.filter(({ name }) => name in devDependencies && !known.includes(name));
    expect(wrong).toEqual([]);
    const development = Object.entries(packages).filter(
      ([path, { dev, devOptional }]) => path !== "" && (dev || devOptional),
    );
    const elsewhere = development.map(([path]) => nameOf(path));
    for (const name of ["prisma", "elkjs", "vitest", "typescript", "@prisma/engines"]) {
      expect(elsewhere).toContain(name);
      expect(bom.components.map((component) => component.name)).not.toContain(name);
    }
  });

  test("tells of each its version, licence, hash and purl, once", () => {
    for (const { name, version, purl, licenses, hashes } of bom.components) {
      expect(purl, name).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
      expect(licenses, name).toHaveLength(1);
      expect(hashes, name).toEqual([{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) as string }]);
    }
    expect(new Set(listed).size).toBe(listed.length);
  });

  test("tells which needs which, naming what is listed alone", () => {
    const refs = [
      ...bom.components.map((component) => component["bom-ref"]),
      `pkg:npm/rollcall@${packages[""]!.version}`,
    ];
    expect(bom.dependencies.map(({ ref }) => ref).sort()).toEqual(refs.sort());
    const neededBy = (name: string) =>
      bom.dependencies.find(({ ref }) => ref.startsWith(`pkg:npm/${name}@`))?.dependsOn;
    // What is asked for as a peer, too.
    expect(neededBy("graphql-yoga")).toContain(`pkg:npm/graphql@${packages["node_modules/graphql"]!.version}`);
    expect(neededBy("pg")).toContain(`pkg:npm/pg-pool@${packages["node_modules/pg-pool"]!.version}`);
    const named = bom.dependencies.flatMap(({ dependsOn }) => dependsOn);
    expect(named.filter((ref) => !refs.includes(ref))).toEqual([]);
    expect(refs.filter((ref) => !named.includes(ref))).toEqual([`pkg:npm/rollcall@${packages[""]!.version}`]);
  });
});

describe("npm run check:licences", () => {
  /** The check on a lock in which one package has another licence, or none. */
  function checked(name: string, license?: string) {
    const directory = mkdtempSync(join(tmpdir(), "rollcall-licences-"));
    const file = join(directory, "package-lock.json");
    const path = `node_modules/${name}`;
    expect(packages[path], name).toBeDefined();
    writeFileSync(file, JSON.stringify({ packages: { ...packages, [path]: { ...packages[path], license } } }));
    const { status, stderr } = run("check-licences", file);
    rmSync(directory, { recursive: true });
    return { status, wrong: stderr.trim().split("\n").slice(1) };
  }

  test("passes what package-lock.json says", () => {
    expect(run("check-licences")).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    ["graphql", "GPL-3.0-only"],
    ["ws", "MIT AND GPL-2.0-only"],
    ["pg", "SEE LICENSE IN LICENSE.md"],
    ["pg-types", "UNLICENSED"],
    ["react", "AGPL-3.0-only"],
    ["wonka", "AGPL-3.0-only"],
    ["prisma", "BUSL-1.1"],
    ["elkjs", "GPL-2.0-only"],
  ])("fails where %s has %s", (name, license) => {
    expect(checked(name, license)).toEqual({ status: 1, wrong: [`${name}: ${license}`] });
  });

  test("fails at a package that tells no licence", () => {
    expect(checked("zod")).toEqual({ status: 1, wrong: ["zod: none given"] });
  });

  test("says nothing of what is for development alone", () => {
    expect(checked("vitest", "GPL-3.0-only")).toMatchObject({ status: 0 });
  });
});

describe("npm run check:families", () => {
  /** The check on a lock in which some packages have other versions. */
  function checked(versions: Record<string, string>) {
    const directory = mkdtempSync(join(tmpdir(), "rollcall-families-"));
    const file = join(directory, "package-lock.json");
    const changed = Object.entries(versions).map(([name, version]) => {
      const path = `node_modules/${name}`;
      expect(packages[path], name).toBeDefined();
      return [path, { ...packages[path], version }];
    });
    writeFileSync(file, JSON.stringify({ packages: { ...packages, ...Object.fromEntries(changed) } }));
    const { status, stderr } = run("check-families", file);
    rmSync(directory, { recursive: true });
    return { status, stderr };
  }

  test("passes what package-lock.json says", () => {
    expect(run("check-families")).toMatchObject({ status: 0, stderr: "" });
  });

  test.each(["@prisma/client", "prisma", "@graphql-yoga/render-graphiql", "react-dom", "@opentelemetry/core"])(
    "fails where %s has another version than its family",
    (name) => {
      const { status, stderr } = checked({ [name]: "99.0.0" });
      expect([status, stderr]).toEqual([1, expect.stringContaining(`${name} 99.0.0`)]);
    },
  );

  test("fails where the schema engine is not that of the Prisma release", () => {
    const { status, stderr } = checked({ "@prisma/schema-engine-wasm": "8.1.0-2.59be" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("is not the engine of this Prisma")]);
  });
});

test("the schema engine is pinned, and its version is installed and explained in docs/decisions", () => {
  const name = "@prisma/schema-engine-wasm";
  const { dependencies } = read("package.json") as { dependencies: Record<string, string> };
  const installed = read(`node_modules/${name}/package.json`) as { version: string };
  const [, decided] = /, at exactly `([^`]+)`/.exec(
    readFileSync(join(root, "docs/decisions/schema-engine.md"), "utf8"),
  )!;
  expect([dependencies[name], packages[`node_modules/${name}`]!.version, installed.version]).toEqual([
    decided,
    decided,
    decided,
  ]);
});
