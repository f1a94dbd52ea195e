import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")) as unknown;

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
