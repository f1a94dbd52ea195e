import type { Usage } from "../../graphql/execution/context.ts";
import { type Principal, type FairScheduler } from "./fair-scheduler.ts";

/** Who pays for a slice of the event loop's time. */
export interface Payer {
  add(milliseconds: number): void;
}

/** Two clocks in milliseconds: one of the processor, that stands still while the event loop waits, and one that never does. */
export interface LoopClocks {
  processor(): number;
  steady(): number;
}

/**
 * Measures what the event loop's time was spent on, after the fact. Time is cut into slices, each of which has one payer:
 * the sum of all slices is the time that was measured, however calls are nested. A processor's time is that of the whole
 * process: other threads collect garbage and check signatures meanwhile. The loop itself took no more of it than time went by.
 */
export class LoopMeter {
  readonly #clocks: LoopClocks;
  readonly #continuations: boolean;
  #payer: Payer | null = null;
  #weight = 1;
  /** Where the current slice began, by both clocks. */
  #since: number;
  #steadySince: number;
  #endsTask = false;

  /**
   * @param continuations whether what `goesOn` is measured: not where the store itself runs on the event loop
   */
  constructor(clocks: LoopClocks, continuations: boolean) {
    this.#clocks = clocks;
    this.#continuations = continuations;
    this.#since = clocks.processor();
    this.#steadySince = clocks.steady();
  }

  /** Runs something at a payer's expense. @param weight of that time, where more follows from it, such as garbage */
  run<T>(payer: Payer, what: () => T, weight = 1): T {
    if (payer === this.#payer && weight === this.#weight) return what();
    const [outer, outerWeight] = [this.#payer, this.#weight];
    this.#cut();
    [this.#payer, this.#weight] = [payer, weight];
    try {
      return what();
    } finally {
      this.#cut();
      [this.#payer, this.#weight] = [outer, outerWeight];
    }
  }

  /** A payer goes on. They pay for what follows in this task of the event loop, up to the next slice. */
  goesOn(payer: Payer): void {
    if (!this.#continuations) return;
    this.#cut();
    this.#payer = payer;
    if (this.#endsTask) return;
    this.#endsTask = true;
    // Runs when all promises of this task are settled, and before the next task begins.
    process.nextTick(() => {
      this.#endsTask = false;
      this.#cut();
      this.#payer = null;
    });
  }

  /** What a payer asked the store for has arrived, and they go on: they pay also for what ran since the last slice, which read it. */
  resumed(payer: Payer): void {
    if (!this.#continuations) return;
    this.#payer ??= payer;
    this.goesOn(payer);
  }

  #cut(): void {
    const now = this.#clocks.processor();
    const steadyNow = this.#clocks.steady();
    this.#payer?.add(this.#weight * Math.min(now - this.#since, steadyNow - this.#steadySince));
    this.#since = now;
    this.#steadySince = steadyNow;
  }
}

/**
 * Milliseconds for which the guess is all that an operation pays: a usual one takes 0.2 to 0.8, depending on the processor and
 * on what else it does. One that takes more pays for the rest.
 */
export const FLAT_UP_TO_MS = 1;

/** What one request, or one operation of a socket, takes of the event loop. */
export class RequestUsage implements Usage, Payer {
  readonly #meter: LoopMeter;
  readonly #shares: FairScheduler;
  #principal: Principal | undefined;
  /** Milliseconds: above 0 they are paid already, below 0 not yet. */
  #balance = 0;

  /** @param principal undefined as long as nobody knows who sends it */
  constructor(meter: LoopMeter, shares: FairScheduler, principal?: Principal) {
    this.#meter = meter;
    this.#shares = shares;
    this.#principal = principal;
  }

  /** It is theirs, with all that it has taken so far. */
  belongsTo(principal: Principal): void {
    this.#principal = principal;
    this.add(0);
  }

  /** Their account paid a guess in advance: only what is measured beyond it is charged as well. */
  prepaid(milliseconds: number): void {
    this.#balance += milliseconds;
  }

  add(milliseconds: number): void {
    this.#balance -= milliseconds;
    if (this.#balance >= 0 || this.#principal === undefined) return;
    this.#shares.charge(this.#principal, -this.#balance);
    this.#balance = 0;
  }

  run<T>(what: () => T, weight?: number): T {
    return this.#meter.run(this, what, weight);
  }

  goesOn(): void {
    this.#meter.goesOn(this);
  }

  resumed(): void {
    this.#meter.resumed(this);
  }
}
