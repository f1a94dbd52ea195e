import { createStore, type Store } from "../store.ts";

/** `live`: what is shown is up to date. `away`: it may not be; all that is lost is tried again until it is back. */
export type LinkState = "connecting" | "live" | "away";

/** What has to work for that: the socket, each subscription on it, and the answers to queries. */
type Part = "socket" | "answers" | symbol;

export class Link {
  readonly state: Store<LinkState> = createStore<LinkState>("connecting");
  readonly #lost = new Set<Part>();

  lost(part: Part): void {
    this.#lost.add(part);
    this.state.set("away");
  }

  /** @returns whether the part was lost before */
  regained(part: Part): boolean {
    const wasLost = this.#lost.delete(part);
    if (this.#lost.size === 0) this.state.set("live");
    return wasLost;
  }
}
