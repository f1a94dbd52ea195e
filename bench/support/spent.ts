import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Place } from "./place.ts";
import type { ServerProcess } from "./process.ts";

/** What some work took, of the server and of what it stands on. */
export interface Spent {
  readonly cpuMicros: number;
  /** CPU of the database's own connections; zero where it runs on another machine. */
  readonly databaseMicros: number;
  /** Of the whole PostgreSQL: measure where nobody else writes. */
  readonly walBytes: number;
  readonly rows: number;
  readonly redisMessages: number;
  /** Names of channels included. */
  readonly redisBytes: number;
}

const TICK_MICROS = 10_000;
/** A backend tells what it has written at most once a second. */
const TOLD_WITHIN_MS = 1_500;

export async function spentOn(server: ServerProcess, place: Place, work: () => Promise<unknown>): Promise<Spent> {
  const redis = new Redis(place.redisUrl);
  const heard = { redisMessages: 0, redisBytes: 0 };
  const [database] = await place.sql<{ oid: number }>(
    "select oid::int from pg_database where datname = current_database()",
  );
  await redis.psubscribe(`rollcall:*-${database?.oid}:presence:*`);
  redis.on("pmessage", (_pattern: string, channel: string, message: string) => {
    heard.redisMessages += 1;
    heard.redisBytes += Buffer.byteLength(channel) + Buffer.byteLength(message);
  });
  const before = { cpu: server.cpu(), ...(await readDatabase(place)) };
  await work();
  const cpu = server.cpu();
  await sleep(TOLD_WITHIN_MS);
  const after = await readDatabase(place);
  redis.disconnect();
  return {
    cpuMicros: (cpu - before.cpu) * 1e6,
    // A connection that was closed meanwhile takes what it did with it; the pool closes those that are idle.
    databaseMicros: sum([...after.micros].map(([pid, micros]) => micros - (before.micros.get(pid) ?? 0))),
    walBytes: after.wal - before.wal,
    rows: after.rows - before.rows,
    ...heard,
  };
}

async function readDatabase(place: Place) {
  await place.sql("select pg_stat_clear_snapshot()");
  const [row] = await place.sql<{ wal: number; rows: number; pids: number[] }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal,
       (select sum(n_tup_ins + n_tup_upd + n_tup_del)::float8 from pg_stat_user_tables) as rows,
       array(select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()) as pids`,
  );
  const { wal = 0, rows = 0, pids = [] } = row ?? {};
  return { wal, rows, micros: new Map(pids.map((pid) => [pid, microsOf(pid)])) };
}

const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);

function microsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
  } catch {
    return 0;
  }
}
