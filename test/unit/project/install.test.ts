import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8")) as unknown;

// Prisma's install scripts download the native engine from a host of their own, and wait for minutes where it swallows packets.
// npm 11 asks allowScripts; npm 10 runs what package-lock.json says has one, so the marks must stay out when it is written anew.
test("npm ci downloads nothing but npm packages: Prisma's install scripts stay switched off", () => {
  const { allowScripts } = read("package.json") as { allowScripts: Record<string, boolean> };
  const { packages } = read("package-lock.json") as { packages: Record<string, { hasInstallScript?: boolean }> };
  for (const name of ["prisma", "@prisma/engines"]) {
    expect(allowScripts[name], name).toBe(false);
    expect(packages[`node_modules/${name}`]!.hasInstallScript, name).toBeUndefined();
  }
});

test("no other package has an install script but esbuild, which is for development alone", () => {
  const { packages } = read("package-lock.json") as {
    packages: Record<string, { hasInstallScript?: boolean; dev?: boolean }>;
  };
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  expect(scripted.map(([path, { dev }]) => [path, dev])).toEqual([["node_modules/esbuild", true]]);
});

test("without the packages for development nothing is built, and that is no failure", () => {
  const { scripts } = read("package.json") as { scripts: Record<string, string> };
  expect(scripts["prepare"]).toBe("node scripts/prepare.mjs");
  const clone = mkdtempSync(join(tmpdir(), "rollcall-clone-"));
  mkdirSync(join(clone, "scripts"));
  cpSync(fileURLToPath(new URL("../../../scripts/prepare.mjs", import.meta.url)), join(clone, "scripts/prepare.mjs"));
  const prepared = () => spawnSync(process.execPath, ["scripts/prepare.mjs"], { cwd: clone, encoding: "utf8" });
  expect(prepared()).toMatchObject({ status: 0, stdout: expect.stringContaining("copy dist/") as string, stderr: "" });
  mkdirSync(join(clone, "dist"));
  writeFileSync(join(clone, "dist/main.js"), "");
  expect(prepared()).toMatchObject({ status: 0, stdout: "", stderr: "" });
  // With them it builds, and a build that fails is a failure: here there is nothing to run.
  mkdirSync(join(clone, "node_modules/vite"), { recursive: true });
  writeFileSync(join(clone, "node_modules/vite/package.json"), "{}");
  expect(prepared().status).not.toBe(0);
  rmSync(clone, { recursive: true });
});
