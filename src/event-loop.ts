import type { Millis } from "./domain/model.ts";

const LOOP_TICK_MS = 100;
/** A loop that did not turn for longer stood still: a computation held it, or the process was frozen. */
const STOOD_STILL_MS = 1_000;
/** Ticks in time after which all that came meanwhile has been read. */
const TICKS_TO_READ = 3;

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
 * when they came: only that it was not before the loop stood still. `monotonic` goes on while the process is frozen.
 */
export function watchEventLoop(monotonic: () => Millis = () => performance.now()): EventLoop {
  let turned = monotonic();
  /** The last moment before it stood still, until what came meanwhile is read. */
  let stoodSince: Millis | null = null;
  let ticksLeft = 0;
  const timer = setInterval(() => {
    const now = monotonic();
    if (now - turned > STOOD_STILL_MS) {
      stoodSince ??= turned;
      ticksLeft = TICKS_TO_READ;
    } else if (stoodSince !== null && --ticksLeft === 0) stoodSince = null;
    turned = now;
  }, LOOP_TICK_MS);
  timer.unref();
  return {
    behind() {
      const now = monotonic();
      // After a freeze sockets are read before the timer is due.
      const since = stoodSince ?? (now - turned > STOOD_STILL_MS ? turned : null);
      return since === null ? 0 : now - since;
    },
    stop: () => clearInterval(timer),
  };
}
