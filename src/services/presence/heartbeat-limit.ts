import type { Millis } from "../../domain/model.ts";

/** However low the limit, so many in a row are let through: a client that was held up sends what has waited. */
const MIN_BURST = 5;

interface Bucket {
  /** Heartbeats left to spend. */
  left: number;
  at: Millis;
}

/** A bucket of heartbeats for every connection and whoever beats for it, refilled evenly. */
export class HeartbeatLimit {
  readonly #buckets = new Map<string, Bucket>();
  readonly #size: number;
  readonly #perMs: number;
  readonly #interval: Millis;
  #prunedAt: Millis = 0;

  /** @param deps.most heartbeats in `deps.interval` milliseconds */
  constructor(deps: { readonly most: number; readonly interval: Millis }) {
    this.#size = Math.max(MIN_BURST, deps.most);
    this.#perMs = deps.most / deps.interval;
    this.#interval = deps.interval;
  }

  /** Buckets that are kept. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one heartbeat out; false: there is none left at that time.
   * @param at on a clock that never stands still
   */
  take(key: string, at: Millis): boolean {
    if (at - this.#prunedAt > this.#interval) this.#prune(at);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      this.#buckets.set(key, { left: this.#size - 1, at });
      return true;
    }
    bucket.left = this.#levelOf(bucket, at);
    bucket.at = Math.max(bucket.at, at);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  #levelOf({ left, at: before }: Bucket, at: Millis): number {
    return Math.min(this.#size, left + Math.max(0, at - before) * this.#perMs);
  }

  /** A full bucket is as good as none. */
  #prune(at: Millis): void {
    this.#prunedAt = at;
    for (const [key, bucket] of this.#buckets) {
      if (this.#levelOf(bucket, at) >= this.#size) this.#buckets.delete(key);
    }
  }
}
