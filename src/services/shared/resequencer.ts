import type { Clock } from "./ports.ts";
import type { PresenceState } from "../presence/presence-state.ts";

/** How long a change may still be on its way when a later one is here already, in milliseconds. */
const GAP_PATIENCE_MS = 250;

/**
 * One reader's states in order, each once. Every change counts the version up by one, so that a gap shows: one that
 * another process told may be overtaken by one of our own. The later change waits for it then, though not for ever: who
 * should have told it may be dead.
 */
export class Resequencer {
  #newest: number | null = null;
  /** What waits, by version; null: nothing does, as with most at most times. */
  #held: Map<number, PresenceState> | null = null;
  #patience: (() => void) | null = null;
  readonly #clock: Pick<Clock, "every">;
  readonly #hand: (state: PresenceState) => void;

  constructor(clock: Pick<Clock, "every">, hand: (state: PresenceState) => void) {
    this.#clock = clock;
    this.#hand = hand;
  }

  /** The version handed over last; -1 before the first. */
  get newest(): number {
    return this.#newest ?? -1;
  }

  /** A change, as it was published. Before the first {@link catchUp} it waits for that. */
  offer(state: PresenceState): void {
    if (state.version <= this.newest) return;
    (this.#held ??= new Map()).set(state.version, state);
    this.#settle();
  }

  /** The state as it was read: whole, whatever has been missed before it. */
  catchUp(state: PresenceState): void {
    if (state.version > this.newest) this.#pass(state);
    this.#settle();
  }

  /** Waits for nothing any more. */
  end(): void {
    this.#waitNoMore();
    this.#held = null;
  }

  #waitNoMore(): void {
    this.#patience?.();
    this.#patience = null;
  }

  #pass(state: PresenceState): void {
    this.#newest = state.version;
    this.#hand(state);
  }

  #settle(): void {
    if (this.#newest === null || this.#held === null) return;
    for (const version of this.#held.keys()) if (version <= this.#newest) this.#held.delete(version);
    const before = this.#newest;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#held.delete(next.version);
      this.#pass(next);
    }
    if (this.#held.size === 0) return this.end();
    // Another gap: waited for from now.
    if (this.#newest !== before) this.#waitNoMore();
    this.#patience ??= this.#clock.every(GAP_PATIENCE_MS, async () => this.#giveUp());
  }

  #next(): PresenceState | undefined {
    return this.#held?.get(this.newest + 1);
  }

  /** What is missing does not come any more, or its reader learns it from the state that follows. */
  #giveUp(): void {
    const held = [...(this.#held?.values() ?? [])].sort((a, b) => a.version - b.version);
    this.end();
    for (const state of held) this.#pass(state);
  }
}
