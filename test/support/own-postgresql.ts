import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";

/** A PostgreSQL of the test's own, to be stopped and started at will. */
export interface OwnPostgreSQL {
  readonly url: string;
  start(): void;
  /** `immediate` is a crash: nothing is written on the way down. */
  stop(mode: "fast" | "immediate"): void;
  dispose(): void;
}

/** Makes a cluster with PostgreSQL's own programs. Throws where they are not installed. */
export async function ownPostgreSQL(): Promise<OwnPostgreSQL> {
  const bin = programs();
  const home = mkdtempSync(join(tmpdir(), "rollcall-postgresql-"));
  const data = join(home, "data");
  mkdirSync(data);
  // The server refuses to run as root.
  const root = process.getuid?.() === 0;
  if (root) execFileSync("chown", ["-R", "postgres", home]);
  const run = (program: string, ...args: string[]) => {
    const [file, rest] = root
      ? ["su", ["postgres", "-s", "/bin/sh", "-c", [join(bin, program), ...args].map(quote).join(" ")]]
      : [join(bin, program), args];
    execFileSync(file, rest, { stdio: "ignore", cwd: "/" });
  };
  run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", data);
  const port = await freePort();
  const start = () => run("pg_ctl", "-w", "-D", data, "-o", `-p ${port} -k ${home}`, "-l", join(home, "log"), "start");
  const stop = (mode: string) => run("pg_ctl", "-w", "-m", mode, "-D", data, "stop");
  start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    start,
    stop,
    dispose() {
      if (existsSync(join(data, "postmaster.pid"))) stop("immediate");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const PLACES = "/usr/lib/postgresql";

function programs(): string {
  const versions = existsSync(PLACES) ? readdirSync(PLACES).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(PLACES, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  if (found === undefined) throw new Error("This test needs PostgreSQL's own programs (initdb, pg_ctl).");
  return found;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
