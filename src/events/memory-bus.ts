import type { ChangeBus, ChangedSession, PresenceBus } from "../services/shared/ports.ts";
import type { PresenceState } from "../services/presence/presence-state.ts";

type Listener = (state: PresenceState) => void;
type ChangeListener = (changed: readonly ChangedSession[]) => void;

/** Events within one process. A topic exists for as long as somebody listens. */
export class MemoryBus implements PresenceBus, ChangeBus {
  readonly #topics = new Map<number, Set<Listener>>();
  readonly #changes = new Set<ChangeListener>();

  /** Whiteboard sessions somebody listens to, and one more where somebody listens to the changes of all sessions. */
  get topics(): number {
    return this.#topics.size + (this.hearsChanges ? 1 : 0);
  }

  hears(whiteboardSessionId: number): boolean {
    return this.#topics.has(whiteboardSessionId);
  }

  get hearsChanges(): boolean {
    return this.#changes.size > 0;
  }

  publish(state: PresenceState): void {
    for (const listener of this.#topics.get(state.whiteboardSessionId) ?? []) listener(state);
  }

  subscribe(whiteboardSessionId: number, listener: Listener): () => void {
    const topic = this.#topics.get(whiteboardSessionId) ?? new Set<Listener>();
    this.#topics.set(whiteboardSessionId, topic);
    topic.add(listener);
    return () => {
      topic.delete(listener);
      if (topic.size === 0 && this.#topics.get(whiteboardSessionId) === topic) this.#topics.delete(whiteboardSessionId);
    };
  }

  announce(changed: readonly ChangedSession[]): void {
    for (const listener of this.#changes) listener(changed);
  }

  listen(listener: ChangeListener): () => void {
    // Whoever listens twice hears twice.
    const own: ChangeListener = (changed) => listener(changed);
    this.#changes.add(own);
    return () => this.#changes.delete(own);
  }
}
