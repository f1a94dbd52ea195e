import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { handOver, runUnprivileged, unprivilegedDirectory } from "./own-process.ts";
import { freePort } from "./ports.ts";
import { onServer } from "./prepare-postgresql.ts";

/** A PgBouncer of the test's own, in transaction mode. */
export interface OwnPgBouncer {
  /** The database behind it, without any flag of ours. */
  readonly url: string;
  /** Runs commands of its console: `reconnect`, `set … = …`. */
  console(...commands: string[]): Promise<void>;
  dispose(): void;
}

/**
 * @param target the database to lead to, as its URL's user
 * @param backends the connections that all clients share
 */
export async function ownPgBouncer(target: string, backends: number): Promise<OwnPgBouncer> {
  const program = findPgBouncer();
  const home = unprivilegedDirectory("rollcall-pgbouncer-");
  const port = await freePort();
  const { hostname, port: serverPort, username, password, pathname } = new URL(target);
  const pidFile = join(home, "pid");
  const settings = [
    "[databases]",
    `* = host=${hostname} port=${serverPort || 5432} user=${username} password=${decodeURIComponent(password)}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = any",
    `admin_users = ${username}`,
    "pool_mode = transaction",
    `default_pool_size = ${backends}`,
    "query_wait_timeout = 2",
    `logfile = ${join(home, "log")}`,
    `pidfile = ${pidFile}`,
  ];
  writeFileSync(join(home, "pgbouncer.ini"), settings.join("\n"));
  handOver(home);
  runUnprivileged(program, "-q", "-d", join(home, "pgbouncer.ini"));
  const at = (database: string) => `postgresql://${username}@127.0.0.1:${port}/${database}`;
  const bouncer: OwnPgBouncer = {
    url: at(pathname.slice(1)),
    console: (...commands) => onServer(at("pgbouncer"), ...commands),
    dispose() {
      if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, "utf8")));
      rmSync(home, { recursive: true, force: true });
    },
  };
  await listening(bouncer);
  return bouncer;
}

async function listening(bouncer: OwnPgBouncer): Promise<void> {
  for (let tries = 50; ; tries -= 1) {
    try {
      return await bouncer.console("show version");
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(100);
    }
  }
}

const PLACES = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];

/** Whoever gives tests a PostgreSQL of their own gives them a PgBouncer too: there is no skip. */
function findPgBouncer(): string {
  const { PGBOUNCER_PATH } = process.env;
  const path = (PGBOUNCER_PATH ? [PGBOUNCER_PATH] : PLACES).find((place) => existsSync(place));
  if (path !== undefined) return path;
  throw new Error(
    PGBOUNCER_PATH ? `PGBOUNCER_PATH=${PGBOUNCER_PATH} does not exist` : "no PgBouncer: set PGBOUNCER_PATH",
  );
}
