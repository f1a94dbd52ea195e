import type { Viewer } from "../../auth/claims.ts";
import { RollcallError } from "../../domain/errors.ts";

/** Past that it is no page any more. */
const MAX_WAITING_PER_PERSON = 200;

interface Queue {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * So many operations of one person run at once, whatever they came over: thirty that wait for the same row kept all
 * connections to the database from everybody. Services have no limit.
 */
export class ConcurrencyLimit {
  readonly #queues = new Map<number, Queue>();
  readonly #each: number;

  /** @param each how many one person has */
  constructor(each: number) {
    this.#each = each;
  }

  /** At once, or as soon as one of theirs is over. @throws RATE_LIMITED where too many wait already */
  async run<T>(person: Viewer | null, what: () => T | Promise<T>): Promise<T> {
    // Whoever is nobody is refused without the database.
    if (person === null || person.roles.has("service")) return what();
    const queue = this.#queues.get(person.id) ?? { running: 0, waiting: [] };
    this.#queues.set(person.id, queue);
    if (queue.running < this.#each) queue.running += 1;
    else await wait(queue);
    try {
      return await what();
    } finally {
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if ((queue.running -= 1) === 0) this.#queues.delete(person.id);
    }
  }
}

/** The place is handed over: it is free for nobody in between. */
function wait({ waiting }: Queue): Promise<void> {
  if (waiting.length >= MAX_WAITING_PER_PERSON) {
    throw new RollcallError("RATE_LIMITED", "Too many operations at the same time. Wait for some of them to finish.");
  }
  return new Promise((resolve) => waiting.push(resolve));
}

/** How many there are of each, without a trace of those of whom there are none. */
export class Counter {
  readonly #counts = new Map<number, number>();

  of(key: number): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: number): void {
    this.#counts.set(key, this.of(key) + 1);
  }

  remove(key: number): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
