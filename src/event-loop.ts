import type { Millis } from "./domain/model.ts";

const LOOP_TICK_MS = 100;
/** A loop that did not turn for longer stood still: a computation held it, or the process was frozen. */
const STOOD_STILL_MS = 1_000;
/** A turn that takes so much longer than its tick has still more to read than usual. */
const CALM_MS = 50;
/** What came meanwhile has been read after so many turns in a row without a delay, or after so many turns of any kind. */
const CALM_TURNS = 3;
const TURNS_TO_READ = 10;
/** And no sooner than after a twentieth of the time that the loop stood still: thousands of sockets have much to say. */
const longEnough = (stood: Millis): Millis => Math.min(stood / 20, 1_000);
/** Of a loop that stands still again and again: each of its turns reads what came before it. */
const STALLS_TO_KEEP = 3;

interface Stall {
  readonly from: Millis;
  readonly until: Millis;
  /** Turns since, and how many of the last ones had no delay. */
  readonly turns: number;
  readonly calm: number;
}

/** How far behind the event loop is. */
export interface EventLoop {
  /** What is read now may have waited in the kernel for so many milliseconds; 0 unless the loop stood still. */
  behind(): Millis;
  stop(): void;
}

/** Of a process that never stands still, as in tests that turn the clock themselves. */
export const neverBehind: EventLoop = { behind: () => 0, stop: () => undefined };

/**
 * Watches the event loop. Bytes that came while it stood still are read in its first turns afterwards, and nothing says
 * when they came: only that it was not before the loop stood still. One that stands still again and again reads in between,
 * and is never further behind than its last turns. `monotonic` goes on while the process is frozen.
 */
export function watchEventLoop(monotonic: () => Millis = () => performance.now()): EventLoop {
  let last = monotonic();
  /** Whose bytes may not all be read yet, the latest last. */
  let stalls: readonly Stall[] = [];
  const isRead = ({ from, until, turns, calm }: Stall) =>
    last - until >= longEnough(until - from) && (calm >= CALM_TURNS || turns >= TURNS_TO_READ);
  const timer = setInterval(() => {
    const before = last;
    last = monotonic();
    const isCalm = last - before <= LOOP_TICK_MS + CALM_MS;
    stalls = stalls
      .map((stall) => ({ ...stall, turns: stall.turns + 1, calm: isCalm ? stall.calm + 1 : 0 }))
      .filter((stall) => !isRead(stall));
    if (last - before > STOOD_STILL_MS) stalls = [...stalls, { from: before, until: last, turns: 0, calm: 0 }];
    stalls = stalls.slice(-STALLS_TO_KEEP);
  }, LOOP_TICK_MS);
  timer.unref();
  return {
    behind() {
      const now = monotonic();
      const [first] = stalls;
      if (first !== undefined) return now - first.from;
      // Until now as well: after a freeze sockets are read before the timer is due.
      return now - last > STOOD_STILL_MS ? now - last : 0;
    },
    stop: () => clearInterval(timer),
  };
}
