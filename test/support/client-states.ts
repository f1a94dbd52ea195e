import { expect } from "vitest";
import { WebSocket } from "ws";
import type { FollowingState } from "../../src/client/following.ts";

/** Something of `rollcall/client` that has states, and the sockets that it opened, in order. */
export interface Followed<T> {
  readonly it: T;
  readonly states: FollowingState[];
  readonly sockets: WebSocket[];
  readonly reaches: (state: FollowingState) => Promise<void>;
}

interface Wish<T> {
  readonly webSocket: unknown;
  readonly onChange: (it: T) => void;
}

/** Runs it over a WebSocket class that remembers its sockets, and keeps the states in the order they came. */
export function followed<T extends { readonly state: FollowingState }>(start: (wish: Wish<T>) => T): Followed<T> {
  const states: FollowingState[] = [];
  const sockets: WebSocket[] = [];
  class Remembered extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets.push(this);
    }
  }
  const onChange = ({ state }: T) => void (state !== states.at(-1) && states.push(state));
  const it = start({ webSocket: Remembered, onChange });
  const reaches = (state: FollowingState) => expect.poll(() => it.state, { timeout: 8_000 }).toBe(state);
  return { it, states, sockets, reaches };
}
