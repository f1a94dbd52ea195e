import type { Millis } from "../../domain/model.ts";
import type { Clock } from "../../services/shared/ports.ts";
import { every } from "../../timers.ts";
import { isDatabaseAway } from "./errors.ts";
import type { DatabaseLog } from "./open.ts";
import { ms } from "../sql.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import { StartupError } from "../../startup-error.ts";

const SYNC_EVERY_MS = 30_000;
const SAMPLES = 3;
const MAX_ROUND_TRIP_MS = 200;
/** Clocks that are kept by NTP drift less in 30 s, and servers that take over from each other differ by less. */
const WORTH_A_WARNING_MS = 1_000;
/** Two processes that read one database's clock differ by less. */
const MAX_DIFFERENCE_MS = 1_000;

export interface DatabaseClock extends Clock {
  stop(): void;
}

interface Queries {
  $queryRawUnsafe<T>(sql: string): PromiseLike<T>;
}

/**
 * One clock for all processes (D3): the database's time at the last synchronisation plus monotonic time since.
 * Synchronises before it is handed out and every 30 s from then; while the database is away it goes on by itself.
 *
 * It never runs backwards. Where the database's clock is behind the one before, as that of another server may be after a
 * failover, it stands still until that has caught up: nobody's silence grows meanwhile, and no time is counted twice.
 */
export async function startDatabaseClock(prisma: Queries, log: Pick<DatabaseLog, "warn">): Promise<DatabaseClock> {
  let { offset } = await measure(prisma);
  let latest = 0;
  const synchronise = async () => {
    const sample = await measure(prisma).catch((error: unknown) => {
      if (!isDatabaseAway(error)) log.warn({ err: error }, "The database's clock could not be read");
      return null;
    });
    // An answer that had to wait for a connection is off by half the wait: the old offset is the better one.
    if (sample === null || sample.roundTrip > MAX_ROUND_TRIP_MS) return;
    const changeMs = Math.round(sample.offset - offset);
    if (Math.abs(changeMs) > WORTH_A_WARNING_MS) log.warn({ changeMs }, "The database's clock was changed");
    offset = sample.offset;
  };
  const stop = every(SYNC_EVERY_MS, synchronise);
  const now = () => (latest = Math.max(latest, Math.floor(performance.now() + offset)));
  const catchUp = async (seen: Millis) => {
    if (seen > now() + MAX_DIFFERENCE_MS) await synchronise();
  };
  return { now, monotonic: () => performance.now(), catchUp, every, stop };
}

/** Database time minus monotonic time in milliseconds, from the sample whose answer came soonest: it is off the least. */
async function measure(prisma: Queries): Promise<{ roundTrip: number; offset: number }> {
  let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const asked = performance.now();
    const [row] = await prisma.$queryRawUnsafe<[{ at: number }]>(`select ${ms("clock_timestamp()")} as at`);
    const answered = performance.now();
    const roundTrip = answered - asked;
    if (roundTrip < best.roundTrip) best = { roundTrip, offset: row.at - (asked + answered) / 2 };
  }
  return best;
}

interface Answer {
  readonly date: Date;
  readonly millis: Date;
  readonly dates: Date[];
  readonly listed: Date[];
  readonly stored: number;
}

/**
 * Refuses a connection that changes times on their way (D3). A date is sent in every form that our statements use and read back;
 * `stored` is the database's own reading of it, which tells two shifts that cancel each other from none.
 */
export async function checkTimes(prisma: Pick<PrismaClient, "$queryRaw">): Promise<void> {
  const at = new Date("2024-07-01T23:34:56.789Z"); // summer in the north, and another day further east
  const millis = at.getTime();
  const [answer] = await prisma.$queryRaw<Answer[]>`
    select
      ${at}::timestamptz(3) as date,
      to_timestamp(${millis}::float8 / 1000)::timestamptz(3) as millis,
      (select array_agg(t) from unnest(${[at]}::timestamptz(3)[]) as t) as dates,
      (select array_agg(to_timestamp(t / 1000)::timestamptz(3)) from unnest(${[millis]}::float8[]) as t) as listed,
      (extract(epoch from ${at}::timestamptz(3)) * 1000)::float8 as stored`;
  const { date, millis: fromMillis, dates, listed, stored } = answer!;
  const seen = [date, fromMillis, ...dates, ...listed].map((time) => time.getTime());
  if (seen.length === 4 && seen.every((time) => time === millis) && stored === millis) return;
  throw new StartupError(
    "DATABASE_CLOCK",
    `Times change between this server and the database: ${at.toISOString()} was stored as ${new Date(stored).toISOString()} ` +
      "and would falsify every attendance. Check that nothing between them, such as a pooler, overrides the session's TimeZone (UTC).",
  );
}
