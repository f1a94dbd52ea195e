import type { Millis } from "../domain/model.ts";
import type { Clock, Log, StoreTrouble } from "./ports.ts";
import { type JobName, JOBS, type Telemetry } from "./telemetry.ts";

/** What waits is tried again soon, what fails seldom: each attempt costs the other rows of its batch a second transaction. */
const RETRY_AFTER_MS = { busy: 5_000, fault: 60_000 };
/** Rows of one batch that may make a walk wait. */
const MAX_WAITS = 5;
/** Rows of one walk that are logged one by one. */
const MAX_LOGGED = 20;

/** A job that walks a list of rows. */
export interface Job<T, P> {
  readonly name: JobName;
  /** A part of the list, and where the next part begins; null: this was the last one. */
  find(after: P | null): Promise<{ readonly items: readonly T[]; readonly next: P | null }>;
  /** What one transaction each takes on. */
  batches(items: readonly T[]): (readonly T[])[];
  /** One transaction. Returns how many rows it changed. */
  run(items: readonly T[]): Promise<number>;
  idOf(item: T): number;
  /** The ids of a row that failed, for the log. */
  describe(item: T): object;
}

/**
 * Walks whole lists, so that rows on which nothing can be done never hide those behind them. Where a batch fails its rows are
 * tried one by one: those that fail alone are logged once, counted, and tried again later; the others are done.
 */
export class Maintenance {
  /** By job and id, when a row that failed is tried again. */
  readonly #failing = new Map<JobName, Map<number, Millis>>(JOBS.map((name) => [name, new Map()]));
  readonly #clock: Pick<Clock, "now">;
  readonly #log: Log;
  readonly #telemetry: Pick<Telemetry, "failing">;
  readonly #troubleOf: (error: unknown) => StoreTrouble;
  #stopped = false;

  constructor(deps: {
    clock: Pick<Clock, "now">;
    log: Log;
    telemetry: Pick<Telemetry, "failing">;
    troubleOf: (error: unknown) => StoreTrouble;
  }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#telemetry = deps.telemetry;
    this.#troubleOf = deps.troubleOf;
  }

  /** Begins no further batch. */
  stop(): void {
    this.#stopped = true;
  }

  /** Returns how many rows the job changed. @throws when the database is away */
  async walk<T, P>(job: Job<T, P>): Promise<number> {
    const began = this.#clock.now();
    const failing = this.#failing.get(job.name) as Map<number, Millis>;
    const failed: { item: T; error: unknown }[] = [];
    let changed = 0;
    let after: P | null = null;
    do {
      if (this.#stopped) return changed;
      const { items, next }: { items: readonly T[]; next: P | null } = await job.find(after);
      const due = items.filter((item) => (failing.get(job.idOf(item)) ?? began) <= began);
      for (const batch of job.batches(due)) {
        if (this.#stopped) return changed;
        changed += await this.#run(job, batch, (item, error) => failed.push({ item, error }));
      }
      after = next;
    } while (after !== null);
    this.#note(job, failing, failed, began);
    return changed;
  }

  async #run<T, P>(job: Job<T, P>, batch: readonly T[], failed: (item: T, error: unknown) => void): Promise<number> {
    if (batch.length === 0) return 0;
    try {
      return await job.run(batch);
    } catch (error) {
      if (this.#troubleOf(error) === "away") throw error;
      const [item, ...others] = batch as [T, ...T[]];
      if (others.length === 0) {
        failed(item, error);
        return 0;
      }
    }
    let changed = 0;
    let waits = 0;
    for (const item of batch) {
      const note = (failing: T, error: unknown) => {
        if (this.#troubleOf(error) === "busy") waits += 1;
        failed(failing, error);
      };
      changed += await this.#run(job, [item], note);
      // Each has waited for its lock: what is left of the batch comes with the next walk, those behind it come now.
      if (waits === MAX_WAITS) break;
    }
    return changed;
  }

  /** Remembers the rows that failed, and forgets those that no longer do, or are no longer there. */
  #note<T, P>(
    job: Job<T, P>,
    failing: Map<number, Millis>,
    failed: readonly { item: T; error: unknown }[],
    began: Millis,
  ): void {
    const fresh = failed.filter(({ item }) => !failing.has(job.idOf(item)));
    for (const [id, retryAt] of failing) if (retryAt <= began) failing.delete(id);
    for (const { item, error } of failed) {
      const trouble = this.#troubleOf(error) === "busy" ? "busy" : "fault";
      failing.set(job.idOf(item), this.#clock.now() + RETRY_AFTER_MS[trouble]);
    }
    for (const { item, error } of fresh.slice(0, MAX_LOGGED)) {
      this.#log.error({ err: error, job: job.name, ...job.describe(item) }, "maintenance skips a row that fails");
    }
    const more = fresh.length - MAX_LOGGED;
    if (more > 0) this.#log.error({ job: job.name, more }, "maintenance skips more rows that fail");
    this.#telemetry.failing(job.name, failing.size);
  }
}

/** Parts of at most `size`, in order. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}
