import type { PresenceBus } from "../services/ports.ts";
import type { PresenceState } from "../services/presence-state.ts";

type Listener = (state: PresenceState) => void;

/** Presence events within one process. A topic exists for as long as somebody listens. */
export class MemoryBus implements PresenceBus {
  readonly #topics = new Map<number, Set<Listener>>();

  /** Whiteboard sessions somebody listens to. */
  get topics(): number {
    return this.#topics.size;
  }

  hears(whiteboardSessionId: number): boolean {
    return this.#topics.has(whiteboardSessionId);
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
}
