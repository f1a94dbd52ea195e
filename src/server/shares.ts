import type { Viewer } from "../auth/viewer.ts";

/** Milliseconds of one turn of the event loop that one person's requests may take; whoever wants more comes after the others. */
const SHARE_MS = 1;

/** A person, or what stands for somebody unknown. Null has no limit. */
export type Sharer = number | object | null;

/** @param unknown stands for whoever has not said who they are */
export function sharerOf(viewer: Viewer | null, unknown: object): Sharer {
  if (viewer === null) return unknown;
  return viewer.roles.has("service") ? null : viewer.id;
}

/**
 * Divides every turn of the event loop among those who ask for something. Nobody is held up who is alone; whoever sends
 * more than anybody could is handled as fast as the others leave room for.
 */
export class Shares {
  readonly #spent = new Map<Sharer, number>();
  readonly #waiting = new Map<Sharer, (() => void)[]>();
  #renewing = false;

  /** Whether more of theirs may be taken up in this turn. */
  left(sharer: Sharer): boolean {
    return sharer === null || (this.#spent.get(sharer) ?? 0) < SHARE_MS;
  }

  spend(sharer: Sharer, milliseconds: number): void {
    if (sharer === null) return;
    this.#spent.set(sharer, (this.#spent.get(sharer) ?? 0) + milliseconds);
    if (this.#renewing) return;
    this.#renewing = true;
    setImmediate(() => this.#renew());
  }

  /** Resolves once it may be taken up, in the order of arrival. @param milliseconds what it takes, at a guess */
  async take(sharer: Sharer, milliseconds: number): Promise<void> {
    if (!this.left(sharer) || this.#waiting.has(sharer)) {
      const waiting = this.#waiting.get(sharer) ?? [];
      this.#waiting.set(sharer, waiting);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    this.spend(sharer, milliseconds);
  }

  #renew(): void {
    this.#renewing = false;
    this.#spent.clear();
    // One each: what it takes is known once it has begun.
    for (const [sharer, waiting] of this.#waiting) {
      waiting.shift()?.();
      if (waiting.length === 0) this.#waiting.delete(sharer);
    }
  }
}
