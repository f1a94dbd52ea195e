import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { Fleet } from "./fleet.ts";
import type { RunningLesson } from "./many-lessons.ts";
import { tokenFor } from "./running-lesson.ts";

export interface Acknowledged {
  readonly connectionId: string;
  readonly at: number;
}

const CONNECT = `mutation ($room: ID!, $id: ID!) {
  connect(input: { whiteboardSessionId: $room, connectionId: $id }) { lastActivityAt } }`;
const BEAT =
  "mutation ($id: ID!, $activity: Activity!) { heartbeat(connectionId: $id, activity: $activity) { lastActivityAt } }";

/** One student's client, which logs every acknowledgement and goes on with the next server when one is gone. */
export class Beater {
  readonly acknowledged: Acknowledged[] = [];
  /** Codes of errors that a server answered. */
  readonly refused = new Map<string, number>();
  /** How often a server was lost under way. */
  lost = 0;
  readonly #lesson: RunningLesson;
  readonly #random: () => number;
  readonly #client: Client;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(fleet: Fleet, lesson: RunningLesson, random: () => number) {
    this.#lesson = lesson;
    this.#random = random;
    const token = tokenFor(lesson.student, "student");
    let next = Math.floor(random() * fleet.size);
    this.#client = createClient({
      url: () => (fleet.urls[(next += 1) % fleet.size] as string).replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await token}` }),
      retryAttempts: 0,
      lazyCloseTimeout: 60_000,
    });
  }

  /** @param pause milliseconds between two heartbeats, on the average */
  start(pause: number): void {
    this.#running = this.#run(pause);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    await this.#client.dispose();
  }

  async #run(pause: number): Promise<void> {
    let id = randomUUID();
    let connected = false;
    this.#client.on("closed", () => (connected = false));
    while (!this.#stopping) {
      const activity = this.#random() < 0.1 ? "IDLE" : "HEARTBEAT";
      try {
        const wasConnected = connected;
        const answer = await (connected
          ? this.#ask("heartbeat", BEAT, { id, activity })
          : this.#ask("connect", CONNECT, { room: this.#lesson.room, id }));
        if (typeof answer === "string") {
          this.refused.set(answer, (this.refused.get(answer) ?? 0) + 1);
          connected = false;
          if (answer === "CONNECTION_EXPIRED") id = randomUUID();
        } else {
          this.acknowledged.push({ connectionId: id, at: answer });
          connected = true;
          if (!wasConnected) continue;
        }
      } catch {
        this.lost += 1;
        connected = false;
      }
      await sleep(pause * (0.5 + this.#random()));
    }
  }

  /** What was acknowledged as the last activity, or the code of the error. Rejects when the server is lost. */
  #ask(field: string, query: string, variables: Record<string, unknown>): Promise<number | string> {
    return new Promise((resolve, reject) => {
      this.#client.subscribe<Record<string, { lastActivityAt: string }>>(
        { query, variables },
        {
          next: ({ data, errors }) =>
            resolve(
              errors?.[0] === undefined
                ? Date.parse(data?.[field]?.lastActivityAt ?? "")
                : String(errors[0].extensions?.["code"]),
            ),
          error: reject,
          complete: () => reject(new Error("no answer")),
        },
      );
    });
  }
}
