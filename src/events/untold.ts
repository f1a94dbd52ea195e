import type { ChangedSession } from "../services/ports.ts";
import type { PresenceState } from "../services/presence-state.ts";

/** What our own line did not carry, the newest of each: others may have been up all the while, and know of no gap. */
export class Untold {
  readonly #states = new Map<number, PresenceState>();
  readonly #changes = new Map<number, ChangedSession>();

  keepState(state: PresenceState): void {
    const known = this.#states.get(state.whiteboardSessionId);
    if (known === undefined || known.version < state.version) this.#states.set(state.whiteboardSessionId, state);
  }

  keepChanges(changed: readonly ChangedSession[]): void {
    for (const session of changed) this.#changes.set(session.id, session);
  }

  /** All of it, which is kept no longer. */
  take(): { readonly states: readonly PresenceState[]; readonly changes: readonly ChangedSession[] } {
    const taken = { states: [...this.#states.values()], changes: [...this.#changes.values()] };
    this.#states.clear();
    this.#changes.clear();
    return taken;
  }
}
