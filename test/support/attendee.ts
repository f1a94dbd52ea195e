import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { Fleet } from "./fleet.ts";
import type { RunningLesson } from "./many-lessons.ts";
import { tokenFor } from "./running-lesson.ts";
import { isRetryable } from "./watchtower.ts";

const ATTEND = "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { connectionId } }";

/** One student who attends as any front end does: graphql-ws as it comes, with the addresses of all servers. */
export class Attendee {
  /** The connections that they were told are theirs, in order. */
  readonly connections: string[] = [];
  /** How often their sockets closed, by code. */
  readonly closes = new Map<string, number>();
  /** How often attending was answered UNAVAILABLE, and tried again. */
  refused = 0;
  #stopped = false;
  readonly #client: Client;

  /** @param patience the longest wait before another try, in milliseconds; graphql-ws's own back-off unless told */
  constructor(fleet: Fleet, { whiteboard, student }: RunningLesson, first: number, patience?: number) {
    const token = tokenFor(student, "student");
    let next = first;
    this.#client = createClient({
      url: () => (fleet.urls[next++ % fleet.size] as string).replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await token}` }),
      // A server that is still starting refuses the connection.
      retryAttempts: 20,
      ...(patience === undefined ? {} : { retryWait: () => sleep(Math.random() * patience) }),
      shouldRetry: () => true,
      on: {
        closed: (event) => {
          const code = String((event as { code: number }).code);
          this.closes.set(code, (this.closes.get(code) ?? 0) + 1);
        },
      },
    });
    this.#attend(whiteboard);
  }

  #attend(whiteboard: string): void {
    this.#client.subscribe<{ attend: { connectionId: string } }>(
      { query: ATTEND, variables: { whiteboard } },
      {
        next: ({ data }) => {
          const id = data?.attend.connectionId;
          if (id !== undefined && id !== this.connections.at(-1)) this.connections.push(id);
        },
        error: (error) => {
          if (!isRetryable(error)) return void this.connections.push(`failed: ${JSON.stringify(error)}`);
          this.refused += 1;
          setTimeout(() => this.#stopped || this.#attend(whiteboard), 500);
        },
        complete: () => undefined,
      },
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client.dispose();
  }
}
