import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// PostgreSQL and PgBouncer refuse to run as root, as which containers often run tests.
const root = process.getuid?.() === 0;

/** An empty directory that belongs to whom `runUnprivileged` runs as. */
export function unprivilegedDirectory(prefix: string): string {
  const path = mkdtempSync(join(tmpdir(), prefix));
  handOver(path);
  return path;
}

/** Gives a directory and what is in it to whom `runUnprivileged` runs as. */
export function handOver(path: string): void {
  if (root) execFileSync("chown", ["-R", "postgres", path]);
}

/** Runs a program to its end, as the user postgres where the test itself runs as root. Throws when it fails. */
export function runUnprivileged(program: string, ...args: string[]): void {
  const line = [program, ...args].map(quote).join(" ");
  const [file, rest] = root ? ["su", ["postgres", "-s", "/bin/sh", "-c", line]] : [program, args];
  execFileSync(file, rest, { stdio: "ignore", cwd: "/" });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
