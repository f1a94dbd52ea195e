import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runUnprivileged, unprivilegedDirectory } from "./own-process.ts";
import { freePort } from "./ports.ts";
import { onServer } from "./prepare-postgresql.ts";

/** A PostgreSQL of the test's own, to be stopped and started at will. */
export interface OwnPostgreSQL {
  readonly url: string;
  start(): void;
  /** `immediate` is a crash: nothing is written on the way down. */
  stop(mode: "fast" | "immediate"): void;
  /** A copy that follows it by streaming replication. From then on nothing is committed here that the copy has not got. */
  standby(): Promise<OwnPostgreSQL>;
  /** Makes a standby a primary; resolved when it takes writes. */
  promote(): void;
  dispose(): void;
}

/** Makes a cluster with PostgreSQL's own programs. Throws where they are not installed. */
export async function ownPostgreSQL(): Promise<OwnPostgreSQL> {
  const home = unprivilegedDirectory("rollcall-postgresql-");
  const data = join(home, "data");
  run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D", data);
  const primary = cluster(home, data, await freePort());
  primary.start();
  return primary;
}

function cluster(home: string, data: string, port: number): OwnPostgreSQL {
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const control = (...args: string[]) => run("pg_ctl", "-w", "-D", data, ...args);
  return {
    url,
    // What crashes here is never the machine: nothing is lost for not waiting for the disk.
    start: () => control("-o", `-p ${port} -k ${home} -c fsync=off`, "-l", join(home, "log"), "start"),
    stop: (mode) => control("-m", mode, "stop"),
    promote: () => control("promote"),
    async standby() {
      const itsHome = unprivilegedDirectory("rollcall-standby-");
      const itsData = join(itsHome, "data");
      run("pg_basebackup", "-d", url, "-D", itsData, "-R", "-X", "stream", "-c", "fast", "--no-sync");
      const standby = cluster(itsHome, itsData, await freePort());
      standby.start();
      // Set now, so that the copy doesn't have it and waits for nobody once it is promoted.
      await onServer(url, "alter system set synchronous_standby_names = '*'", "select pg_reload_conf()");
      return standby;
    },
    dispose() {
      if (existsSync(join(data, "postmaster.pid"))) control("-m", "immediate", "stop");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const PLACES = "/usr/lib/postgresql";

function run(program: string, ...args: string[]): void {
  runUnprivileged(join(programs(), program), ...args);
}

function programs(): string {
  const versions = existsSync(PLACES) ? readdirSync(PLACES).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(PLACES, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  if (found === undefined)
    throw new Error("This test needs PostgreSQL's own programs (initdb, pg_ctl, pg_basebackup).");
  return found;
}
