import type { Clock } from "../../src/services/shared/ports.ts";

interface Timer {
  readonly every: number;
  readonly run: () => Promise<void>;
  due: number;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  #stoodStill = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now + this.#stoodStill;
  }

  /** Time passes, but the clock stands still, as behind a database whose clock was put back. */
  standStill(ms: number): void {
    this.#stoodStill += ms;
  }

  /** `HH:MM[:SS[.mmm]]` of the day that the clock shows, as milliseconds since the epoch. */
  at(time: string): number {
    return Date.parse(`${new Date(this.#now).toISOString().slice(0, 10)}T${time.length === 5 ? `${time}:00` : time}Z`);
  }

  /** A test sets it by itself. */
  async catchUp(_seen: number): Promise<void> {}

  every(ms: number, run: () => Promise<void>): () => void {
    const timer = { every: ms, run, due: this.#now + ms };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on without running any timer: as if every process had been away, or to a time of the test's choice. */
  jumpTo(at: number): void {
    this.#now = at;
    for (const timer of this.#timers) timer.due = at + timer.every;
  }

  /** Moves on and runs what falls due on the way, one after the other. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > until) break;
      this.#now = Math.max(this.#now, next.due);
      next.due += next.every;
      await next.run();
    }
    this.#now = Math.max(this.#now, until);
  }
}
