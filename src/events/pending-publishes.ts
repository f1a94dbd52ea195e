import type { ChangedSession } from "../services/shared/ports.ts";
import type { PresenceState } from "../services/presence/presence-state.ts";

/** Whiteboards, and sessions, that are kept: more than that everybody finds out sooner by reading the database. */
const MAX_PENDING = 1_000;

/**
 * What our own line did not carry, the newest of each: others may have been up all the while, and know of no gap. Beyond
 * a bound nothing is kept but that something was lost.
 */
export class PendingPublishes {
  readonly #states = new Map<number, PresenceState>();
  readonly #changes = new Map<number, ChangedSession>();
  #lost = false;

  /** What is kept. */
  get size(): number {
    return this.#states.size + this.#changes.size;
  }

  keepState(state: PresenceState): void {
    if (this.#lost) return;
    const known = this.#states.get(state.whiteboardSessionId);
    if (known === undefined || known.version < state.version) this.#states.set(state.whiteboardSessionId, state);
    if (this.#states.size > MAX_PENDING) this.lose();
  }

  keepChanges(changed: readonly ChangedSession[]): void {
    if (this.#lost) return;
    for (const session of changed) this.#changes.set(session.id, session);
    if (this.#changes.size > MAX_PENDING) this.lose();
  }

  /** All of it, which is kept no longer; `lost`: there was too much to keep. */
  take(): {
    readonly states: readonly PresenceState[];
    readonly changes: readonly ChangedSession[];
    readonly lost: boolean;
  } {
    const taken = { states: [...this.#states.values()], changes: [...this.#changes.values()], lost: this.#lost };
    this.#clear();
    this.#lost = false;
    return taken;
  }

  /** Something was lost. */
  lose(): void {
    this.#lost = true;
    this.#clear();
  }

  #clear(): void {
    this.#states.clear();
    this.#changes.clear();
  }
}
