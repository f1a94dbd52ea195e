import type { PrismaClient } from "../generated/prisma/client.ts";
import type { Clock } from "../services/ports.ts";
import { every } from "../timers.ts";
import { ms } from "./sql.ts";

const SYNC_EVERY_MS = 30_000;
const SAMPLES = 3;
const LONGEST_ROUND_TRIP_MS = 200;

export interface DatabaseClock extends Clock {
  stop(): void;
}

/**
 * One clock for all processes (D3): the database's time at the last synchronisation plus monotonic time since.
 * Synchronises before it is handed out and every 30 s from then; while the database is away it goes on by itself.
 */
export async function startDatabaseClock(prisma: PrismaClient): Promise<DatabaseClock> {
  let { offset } = await measure(prisma);
  const stop = every(SYNC_EVERY_MS, async () => {
    const sample = await measure(prisma).catch(() => null);
    // An answer that had to wait for a connection is off by half the wait: the old offset is the better one.
    if (sample !== null && sample.roundTrip <= LONGEST_ROUND_TRIP_MS) offset = sample.offset;
  });
  return { now: () => Math.floor(performance.now() + offset), every, stop };
}

/** Database time minus monotonic time in milliseconds, from the sample whose answer came soonest: it is off the least. */
async function measure(prisma: PrismaClient): Promise<{ roundTrip: number; offset: number }> {
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
