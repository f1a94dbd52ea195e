import type { Millis } from "./domain/model.ts";

const LOOP_TICK_MS = 100;
/** A loop that did not turn for longer stood still: a computation held it, or the process was frozen. */
const STOOD_STILL_MS = 1_000;
/** Turns of the loop after which all that came meanwhile has been read, however long they take. */
const TURNS_TO_READ = 3;

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
  /** When it turned the last times, the latest last. */
  let turns = [monotonic()];
  const timer = setInterval(() => {
    turns = [...turns.slice(-TURNS_TO_READ), monotonic()];
  }, LOOP_TICK_MS);
  timer.unref();
  return {
    behind() {
      const now = monotonic();
      // Until now as well: after a freeze sockets are read before the timer is due.
      const since = turns.find((turn, i) => (turns[i + 1] ?? now) - turn > STOOD_STILL_MS);
      return since === undefined ? 0 : now - since;
    },
    stop: () => clearInterval(timer),
  };
}
