// Every package that a user of ours installs, or gets in the console, has a licence that asks for no more than to be named.
// Reads package-lock.json alone, so that it says the same before and after an installation, and without a network.
// Arguments: another package-lock.json.
import { nameOf, readLock, running } from "./locked-packages.ts";

const ALLOWED = new Set([
  ...["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense", "CC0-1.0"],
]);

/** Others, each with why it does no harm. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // Comes along with Prisma's command line, which is an optional peer of its client; nothing here loads or changes it.
  elkjs: "EPL-2.0",
};

const lock = readLock(process.argv[2]);
const used = new Set(running(lock));
// What is for development and an optional peer too (`devOptional`) is installed with the rest, and so counts.
const delivered = Object.keys(lock).filter((path) => path !== "" && (lock[path]?.dev !== true || used.has(path)));
const wrong = delivered.flatMap((path) => {
  const { license = "none given" } = lock[path]!;
  const name = nameOf(path);
  // All of several: who may choose finds one that is allowed in every part anyway.
  const parts = license.replace(/[()]/g, "").split(/ (?:and|or) /i);
  return parts.every((part) => ALLOWED.has(part)) || EXCEPTIONS[name] === license ? [] : [`${name}: ${license}`];
});

if (wrong.length > 0) {
  console.error(`Licences that nobody has looked at (scripts/check-licences.ts):\n${wrong.join("\n")}`);
  process.exitCode = 1;
}
