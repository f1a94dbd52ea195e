import type { GraphQLError } from "graphql";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { RunningLesson } from "./many-lessons.ts";
import { SERVICE } from "./lesson.ts";
import { tokenFor } from "./running-lesson.ts";

const WATCH = `subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) {
  version event student { connected openConnections } } }`;

export interface Seen {
  readonly version: number;
  readonly event: string;
  readonly student: { readonly connected: boolean; readonly openConnections: number };
}

/** Watches every lesson over one socket to one server, and comes back to it whenever it is gone. */
export class Watchtower {
  /** The newest state of each whiteboard session; empty while the server is gone. */
  readonly seen = new Map<string, Seen>();
  readonly events = new Map<string, number>();
  /** Versions that came twice or in the wrong order over one socket. */
  readonly disorder: string[] = [];
  /** How often a watch was answered UNAVAILABLE, and tried again. */
  refused = 0;
  #stopped = false;
  readonly #client: Client;

  constructor(url: string, lessons: readonly RunningLesson[]) {
    const token = tokenFor(SERVICE, "service");
    this.#client = createClient({
      url: url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await token}` }),
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 200)),
      shouldRetry: () => true,
      on: { closed: () => this.seen.clear() },
    });
    for (const { whiteboard } of lessons) this.#watch(whiteboard);
  }

  #watch(whiteboard: string): void {
    const refused = (errors: unknown) => {
      if (!isRetryable(errors)) return void this.disorder.push(`${whiteboard}: ${JSON.stringify(errors)}`);
      this.refused += 1;
      setTimeout(() => this.#stopped || this.#watch(whiteboard), 500);
    };
    this.#client.subscribe<{ presence: Seen }>(
      { query: WATCH, variables: { whiteboard } },
      {
        // What cannot begin is answered with errors as its only result.
        next: ({ data, errors }) => {
          if (errors !== undefined) refused(errors);
          else if (data != null) this.#see(whiteboard, data.presence);
        },
        error: refused,
        complete: () => undefined,
      },
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client.dispose();
  }

  #see(whiteboard: string, state: Seen): void {
    const before = this.seen.get(whiteboard);
    if (before !== undefined && state.version <= before.version) {
      this.disorder.push(`${whiteboard}: ${state.version} after ${before.version}`);
    }
    this.seen.set(whiteboard, state);
    this.events.set(state.event, (this.events.get(state.event) ?? 0) + 1);
  }
}

/** Whether a client is told to try again. */
export function isRetryable(error: unknown): boolean {
  return Array.isArray(error) && error.every((each) => (each as GraphQLError).extensions["code"] === "UNAVAILABLE");
}

/** How long watchers were behind the ledger, looked at again and again. */
export class Lag {
  /** By watcher and whiteboard session: the version that is missing there, and since when. */
  readonly #missing = new Map<string, { readonly version: number; readonly since: number }>();
  /** The longest that any watcher was behind, in milliseconds. */
  longest = 0;

  /** @param versions of the ledger, by whiteboard session. Answers with how many watched ones are behind now */
  look(towers: readonly Watchtower[], versions: ReadonlyMap<string, number>, now: number): number {
    let behind = 0;
    towers.forEach((tower, which) => {
      for (const [whiteboard, version] of versions) {
        const key = `${which}/${whiteboard}`;
        const state = tower.seen.get(whiteboard);
        // A watcher whose server is gone comes back to the state as it is then.
        if (state === undefined || state.version >= version) {
          this.#missing.delete(key);
          continue;
        }
        behind += 1;
        const known = this.#missing.get(key);
        const missing = known === undefined || state.version >= known.version ? { version, since: now } : known;
        this.#missing.set(key, missing);
        this.longest = Math.max(this.longest, now - missing.since);
      }
    });
    return behind;
  }
}

export const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

export function tally(counts: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const each of counts) for (const [key, count] of each) all[key] = (all[key] ?? 0) + count;
  return all;
}
