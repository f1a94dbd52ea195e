import type { Millis } from "../../domain/model.ts";
import type { Clock, Log, StoreTrouble } from "../shared/ports.ts";
import { type JobName, JOBS, type Telemetry } from "../shared/telemetry.ts";

/** What waits is tried again soon, what fails seldom: each attempt costs the other rows of its batch further transactions. */
const RETRY_AFTER_MS = { busy: 5_000, fault: 60_000 };
/** How often one batch may wait, or take too long, in a walk. To halve 200 rows down to the one that waits takes nine. */
const MAX_WAITS = 12;
/** Ids in one line of the log. */
const IDS_IN_A_LINE = 500;

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
 * Walks whole lists, so that rows on which nothing can be done never hide those behind them. A batch that fails is halved until
 * the rows that fail are alone: these are logged once, counted, and tried again later; the others are done. A batch that is too
 * slow becomes small enough in the same way.
 */
export class JobRunner {
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
    let waits = 0;
    let changed = 0;
    /** @param proved the database has answered since the batch failed */
    const run = async (items: readonly T[], proved: boolean): Promise<void> => {
      if (items.length === 0 || waits >= MAX_WAITS || this.#stopped) return;
      try {
        changed += await job.run(items);
      } catch (error) {
        const trouble = this.#troubleOf(error);
        const alone = items.length === 1;
        if (trouble === "away" && alone && !proved) throw error;
        if (trouble !== "fault") waits += 1;
        if (alone) return failed(items[0] as T, error);
        // What only looks like an absence may be the doing of one row: the first one alone shows whether the database is there.
        const first = trouble === "away" && !proved ? 1 : Math.ceil(items.length / 2);
        await run(items.slice(0, first), proved);
        await run(items.slice(first), true);
      }
    };
    // What is left when it has waited too often comes with the next walk. Those behind it come now.
    await run(batch, false);
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
      const trouble = this.#troubleOf(error) === "fault" ? "fault" : "busy";
      failing.set(job.idOf(item), this.#clock.now() + RETRY_AFTER_MS[trouble]);
    }
    // Few lines: the log takes ten of a kind in a minute, and each row is named once.
    for (const part of chunks(fresh, IDS_IN_A_LINE)) {
      const ids = part.map(({ item }) => job.describe(item));
      this.#log.error({ err: part[0]?.error, job: job.name, ids }, "maintenance skips rows that fail");
    }
    this.#telemetry.failing(job.name, failing.size);
  }
}

/** Parts of at most `size`, in order. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}
