import { useEffect, useState } from "react";

/**
 * The server's time, whatever the browser's clock shows. Every answer says by its Date at which second it was made, and
 * that was between its request and its arrival; what several answers say together narrows it down. `performance.now()`
 * counts on in between: it knows of no date, and of nobody who sets one.
 */
export class ServerClock {
  #least = -Infinity;
  #most = Infinity;
  readonly #monotonic: () => number;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** @param date the header of an answer @param asked when it was asked for, by `performance.now()` */
  learn(date: string | null, asked: number): void {
    const second = Date.parse(date ?? "");
    if (Number.isNaN(second)) return;
    const [least, most] = [second - this.#monotonic(), second + 999 - asked];
    const agrees = least <= this.#most && most >= this.#least;
    // What agrees with nothing known before comes from a clock that was set, or follows a machine's sleep.
    this.#least = agrees ? Math.max(least, this.#least) : least;
    this.#most = agrees ? Math.min(most, this.#most) : most;
  }

  /** Milliseconds since the epoch; null before the first answer. */
  now(): number | null {
    return this.#least === -Infinity ? null : Math.round((this.#least + this.#most) / 2 + this.#monotonic());
  }
}

export const serverClock = new ServerClock();

/** The server's time, anew every so many milliseconds; as it was when `ms` is null. */
export function useNow(ms: number | null): number | null {
  const [now, setNow] = useState(() => serverClock.now());
  useEffect(() => {
    const tick = () => setNow(serverClock.now());
    const soon = setTimeout(tick);
    const timer = ms === null ? undefined : setInterval(tick, ms);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [ms]);
  return now;
}
