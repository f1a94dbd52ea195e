import { createClient, type Client } from "graphql-ws";
import { BackOff } from "./back-off.ts";
import { bearerOf, type ClientOptions, socketUrl } from "./options.ts";
import type { RollcallRequestError } from "./errors.ts";
import { type Activity, AttendDocument, HeartbeatDocument, type PresenceFieldsFragment } from "./generated/graphql.ts";
import { isHidden, listenToPage } from "./page.ts";
import { results } from "./results.ts";

/**
 * `reconnecting`: the network, the server or the page was away, and it is tried again. `expired`: the token is not
 * accepted, and there is no better one. `ended`: the session is over, you left, or the server refuses (see `error`).
 */
export type AttendingState = "connecting" | "connected" | "reconnecting" | "expired" | "ended";

export interface AttendOptions extends Pick<ClientOptions, "url" | "token" | "webSocket"> {
  readonly whiteboardSessionId: string | number;
  /** Called at every change of the state or of who is there. */
  readonly onChange?: (attending: Attending) => void;
}

export interface Attending {
  readonly state: AttendingState;
  /** Who is there, as of the last news. */
  readonly presence: PresenceFieldsFragment | null;
  /** Why it ended or expired; null when it just did. */
  readonly error: RollcallRequestError | null;
  /** Leaves: you are seen as gone at once. Resolves when that is said. */
  leave(): Promise<void>;
}

/** Codes that may be gone at the next try. */
const PASSING = ["UNAVAILABLE", "RATE_LIMITED", "TOO_MANY_SUBSCRIPTIONS", "INTERNAL_SERVER_ERROR"];
/** What could not be said about being idle is said again after so many milliseconds. */
const AGAIN_MS = 5_000;

/**
 * You are present for as long as this runs: nothing else to send, also from a hidden tab (which counts as idle). Lost
 * networks and restarted servers are waited out; a token given as a function is asked for again when it is refused.
 */
export function attend(options: AttendOptions): Attending {
  const attending = new Attendance(options);
  void attending.run();
  return attending;
}

class Attendance implements Attending {
  state: AttendingState = "connecting";
  presence: PresenceFieldsFragment | null = null;
  error: RollcallRequestError | null = null;
  readonly #options: AttendOptions;
  readonly #client: Client;
  readonly #backOff = new BackOff();
  readonly #forget: () => void;
  /** The page is not gone. */
  #here = true;
  /** What the server was told last about this connection. */
  #told: { connectionId: string; activity: Activity } | null = null;
  #telling = false;
  #refusals = 0;
  #stop: () => void = () => undefined;

  constructor(options: AttendOptions) {
    this.#options = options;
    this.#client = createClient({
      url: socketUrl(options.url),
      webSocketImpl: options.webSocket,
      connectionParams: bearerOf(options.token),
      retryAttempts: 0,
    });
    this.#forget = listenToPage({
      seen: () => void this.#tell(),
      gone: () => this.#leavePage(),
      back: () => this.#returnToPage(),
      online: () => this.#backOff.wake(),
    });
  }

  async leave(): Promise<void> {
    this.#finish("ended");
    await this.#client.dispose();
  }

  async run(): Promise<void> {
    while (!this.#over) {
      const error = this.#here ? await this.#once() : null;
      if (this.#over) return;
      if (this.#here && error === null) return this.#finish("ended");
      if (error?.has("UNAUTHENTICATED")) {
        this.#refusals += 1;
        // Once with a new token; one that is refused without ever having been accepted is not worth another try.
        if (typeof this.#options.token !== "function" || this.#refusals > 1) return this.#finish("expired", error);
      } else if (error !== null && !error.codes.some((code) => PASSING.includes(code))) {
        return this.#finish("ended", error);
      }
      this.#become("reconnecting");
      if (!error?.has("UNAUTHENTICATED")) await this.#backOff.wait();
    }
  }

  /** Attends until that ends. Null: the server ended it, or we did. */
  async #once(): Promise<RollcallRequestError | null> {
    const variables = { whiteboardSessionId: String(this.#options.whiteboardSessionId) };
    const states = results<{ attend: PresenceFieldsFragment }>(this.#client, {
      query: AttendDocument.toString(),
      variables,
    });
    this.#stop = () => void states.return?.();
    try {
      for await (const { attend } of states) {
        this.#backOff.reset();
        this.#refusals = 0;
        this.presence = attend;
        this.#become("connected");
        void this.#tell();
      }
      return null;
    } catch (error) {
      return error as RollcallRequestError;
    } finally {
      this.#told = null;
    }
  }

  /** Tells the server whether somebody looks at the page, until it knows. */
  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#news(); next !== null; next = this.#news()) {
      try {
        const operation = { query: HeartbeatDocument.toString(), variables: next };
        await results(this.#client, operation).next();
        this.#told = next;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    this.#telling = false;
  }

  #news(): { connectionId: string; activity: Activity } | null {
    const connectionId = this.presence?.connectionId;
    if (this.state !== "connected" || connectionId == null) return null;
    const activity = isHidden() ? "IDLE" : "HEARTBEAT";
    const known = this.#told?.connectionId === connectionId ? this.#told.activity : "HEARTBEAT";
    return activity === known ? null : { connectionId, activity };
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

  #become(state: AttendingState): void {
    this.state = state;
    this.#options.onChange?.(this);
  }
}
