import type { Clock } from "../services/ports.ts";
import { every } from "../timers.ts";
import { isDatabaseAway } from "./away.ts";
import type { DatabaseLog } from "./open.ts";
import { ms } from "./sql.ts";

const SYNC_EVERY_MS = 30_000;
const SAMPLES = 3;
const LONGEST_ROUND_TRIP_MS = 200;
/** Clocks that are kept by NTP drift less in 30 s, and servers that take over from each other differ by less. */
const WORTH_A_WARNING_MS = 1_000;

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
  const stop = every(SYNC_EVERY_MS, async () => {
    const sample = await measure(prisma).catch((error: unknown) => {
      if (!isDatabaseAway(error)) log.warn({ err: error }, "The database's clock could not be read");
      return null;
    });
    // An answer that had to wait for a connection is off by half the wait: the old offset is the better one.
    if (sample === null || sample.roundTrip > LONGEST_ROUND_TRIP_MS) return;
    const changeMs = Math.round(sample.offset - offset);
    if (Math.abs(changeMs) > WORTH_A_WARNING_MS) log.warn({ changeMs }, "The database's clock was changed");
    offset = sample.offset;
  });
  const now = () => (latest = Math.max(latest, Math.floor(performance.now() + offset)));
  return { now, monotonic: () => performance.now(), every, stop };
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
