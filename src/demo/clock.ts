import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../services/shared/ports.ts";
import { every } from "../timers.ts";

interface Item {
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** Simulated time moves in steps of at most this much real time, so that what is drawn moves smoothly. */
const STEP_MS = 20;
/** Housekeeping is not worth more than this: every simulated second would be hundreds of statements a real one. */
const MIN_WAIT_MS = 500;

/**
 * Time for the demo. It stands still until `play`, then runs `speed` times as fast as real time, and at real speed
 * after `goOn`. While something on the agenda runs it stands still: a slow machine makes the demo slower, and no
 * heartbeat late.
 */
export class DemoClock implements Clock {
  readonly #speed: number;
  #now: number;
  #real = false;
  #agenda: Item[] = [];

  constructor(start: number, speed: number) {
    this.#now = start;
    this.#speed = speed;
  }

  now(): number {
    return this.#real ? Math.max(this.#now, Date.now()) : this.#now;
  }

  monotonic(): number {
    return this.now();
  }

  /** There is one process, and its time is nobody else's. */
  async catchUp(_seen: number): Promise<void> {}

  every(ms: number, run: () => Promise<void>): () => void {
    let stop = every(Math.max(ms / this.#speed, MIN_WAIT_MS), async () => {
      if (!this.#real) return run();
      stop();
      stop = every(ms, run);
    });
    return () => stop();
  }

  /** Runs `run` when it is `at`; what is due at the same moment starts in the order it was asked for. */
  at(at: number, run: () => Promise<void>): void {
    const after = this.#agenda.findIndex((item) => item.at > at);
    this.#agenda.splice(after < 0 ? this.#agenda.length : after, 0, { at, run });
  }

  /** Lets time pass until `until`. Rejects with the first failure of the agenda. */
  async play(until: number): Promise<void> {
    while (this.#now < until) {
      const next = Math.min(this.#agenda[0]?.at ?? until, until);
      const wait = Math.min((next - this.#now) / this.#speed, STEP_MS);
      const began = performance.now();
      await sleep(wait);
      const passed = Math.min(performance.now() - began, STEP_MS) * this.#speed;
      this.#now = Math.round(Math.min(this.#now + passed, next));
      await this.#runDue();
    }
  }

  /** From here on time is real time. */
  goOn(): void {
    this.#real = true;
  }

  async #runDue(): Promise<void> {
    const due = this.#agenda.findIndex((item) => item.at > this.#now);
    const items = this.#agenda.splice(0, due < 0 ? this.#agenda.length : due);
    await Promise.all(items.map((item) => item.run()));
  }
}
