import { createClient, type Client } from "graphql-ws/client";
import { BackOff } from "./back-off.ts";
import { maySubscribeAgain, type RollcallRequestError } from "./errors.ts";
import type { PresenceFieldsFragment } from "./generated/graphql.ts";
import { type ClientOptions, closeOnPongTimeout, opening, PING_MS } from "./options.ts";
import { isHidden, listenToPage } from "./page.ts";
import { results } from "./results.ts";

/**
 * `reconnecting`: the network, the server or the page was away, and it is tried again. `expired`: the token is not
 * accepted, and there is no better one. `ended`: the session is over, you left, or the server refuses (see `error`).
 */
export type FollowingState = "connecting" | "connected" | "reconnecting" | "expired" | "ended";

export interface FollowedWhiteboard extends Pick<ClientOptions, "url" | "token" | "webSocket"> {
  readonly whiteboardSessionId: string | number;
}

/** What its caller sees of a whiteboard that is followed. */
export interface Followed {
  readonly state: FollowingState;
  /** Who is there, as of the last news. */
  readonly presence: PresenceFieldsFragment | null;
  /** Why it ended or expired; null when it just did. */
  readonly error: RollcallRequestError | null;
}

/** What a subscription tells of one whiteboard. */
interface Told {
  readonly [field: string]: PresenceFieldsFragment;
}

interface Listener {
  /** The state or the presence is another. */
  readonly changed: () => void;
  /** The page is seen again, or not any more. */
  readonly seen?: () => void;
}

/** A subscription to the presence of a whiteboard that goes on through lost networks, restarted servers and left pages. */
export class Following implements Followed {
  state: FollowingState = "connecting";
  presence: PresenceFieldsFragment | null = null;
  error: RollcallRequestError | null = null;
  readonly client: Client;
  readonly #whiteboard: FollowedWhiteboard;
  readonly #query: string;
  readonly #listener: Listener;
  readonly #backOff = new BackOff();
  readonly #forget: () => void;
  /** The page is not gone. */
  #here = true;
  #refusals = 0;
  #stop: () => void = () => undefined;

  /** @param query a subscription with `whiteboardSessionId` as its variable, and one field, which is presence */
  constructor(whiteboard: FollowedWhiteboard, query: string, listener: Listener) {
    this.#whiteboard = whiteboard;
    this.#query = query;
    this.#listener = listener;
    this.client = createClient({ ...opening(whiteboard), retryAttempts: 0, keepAlive: PING_MS });
    closeOnPongTimeout(this.client);
    this.#forget = listenToPage({
      seen: () => {
        if (!isHidden()) this.#backOff.wake();
        listener.seen?.();
      },
      gone: () => this.#leavePage(),
      back: () => this.#returnToPage(),
      online: () => this.#backOff.wake(),
      offline: () => this.client.terminate(),
    });
  }

  async end(): Promise<void> {
    this.#finish("ended");
    await this.client.dispose();
  }

  async run(): Promise<void> {
    while (!this.#over) {
      const error = this.#here ? await this.#once() : null;
      if (this.#over) return;
      // Without a reason it is an accident: the next try learns the reason, if there is one.
      if (this.#here && error === null && this.presence?.event === "SESSION_ENDED") return this.#finish("ended");
      if (error?.has("UNAUTHENTICATED")) {
        this.#refusals += 1;
        // Once with a new token; one that is refused without ever having been accepted is not worth another try.
        if (typeof this.#whiteboard.token !== "function" || this.#refusals > 1) return this.#finish("expired", error);
      } else if (error !== null && !maySubscribeAgain(error)) {
        return this.#finish("ended", error);
      }
      this.#become("reconnecting");
      if (!error?.has("UNAUTHENTICATED")) await this.#backOff.wait();
    }
  }

  /** Follows until that ends. Null: the server ended it, or we did. */
  async #once(): Promise<RollcallRequestError | null> {
    const variables = { whiteboardSessionId: String(this.#whiteboard.whiteboardSessionId) };
    const states = results<Told>(this.client, { query: this.#query, variables });
    this.#stop = () => void states.return?.();
    try {
      for await (const told of states) {
        this.#backOff.reset();
        this.#refusals = 0;
        this.presence = Object.values(told)[0] ?? null;
        this.#become("connected");
      }
      return null;
    } catch (error) {
      return error as RollcallRequestError;
    }
  }

  #leavePage(): void {
    this.#here = false;
    this.#stop();
  }

  #returnToPage(): void {
    this.#here = true;
    this.#backOff.wake();
  }

  get #over(): boolean {
    return this.state === "ended" || this.state === "expired";
  }

  #finish(state: "ended" | "expired", error: RollcallRequestError | null = null): void {
    if (this.#over) return;
    this.error = error;
    this.#forget();
    this.#stop();
    this.#backOff.wake();
    this.#become(state);
  }

  #become(state: FollowingState): void {
    this.state = state;
    this.#listener.changed();
  }
}
