// Every package that a user of ours installs has a licence that asks for no more than to be named. Reads package-lock.json
// alone, so that it says the same before and after an installation, and without a network.
import { readFileSync } from "node:fs";

const ALLOWED = new Set([
  ...["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense", "CC0-1.0"],
]);

/** Others, each with why it does no harm. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // Comes along with Prisma's command line, which is an optional peer of its client; nothing here loads or changes it.
  elkjs: "EPL-2.0",
};

interface Locked {
  readonly license?: string;
  /** Development only. What an optional peer is too (`devOptional`) is installed with the rest, and so counts. */
  readonly dev?: boolean;
}

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

const installed = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
const wrong = installed.flatMap(([path, { license = "none given" }]) => {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  // All of several: who may choose finds one that is allowed in every part anyway.
  const parts = license.replace(/[()]/g, "").split(/ (?:and|or) /i);
  return parts.every((part) => ALLOWED.has(part)) || EXCEPTIONS[name] === license ? [] : [`${name}: ${license}`];
});

if (wrong.length > 0) {
  console.error(`Licences that nobody has looked at (scripts/check-licences.ts):\n${wrong.join("\n")}`);
  process.exitCode = 1;
}
