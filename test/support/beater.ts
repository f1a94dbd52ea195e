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

const CONNECT = `mutation ($whiteboard: ID!, $id: ID!) {
  connect(input: { whiteboardSessionId: $whiteboard, connectionId: $id }) { lastActivityAt } }`;
const BEAT =
  "mutation ($id: ID!, $activity: Activity!) { heartbeat(connectionId: $id, activity: $activity) { lastActivityAt } }";

/** May be given up while it connects: graphql-ws hears of no error then, and ws throws what nobody hears. */
class GivenUp extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    this.on("error", () => undefined);
  }
}

/** One student's client, which logs every acknowledgement and goes on with the next server when one is gone. */
export class Beater {
  readonly acknowledged: Acknowledged[] = [];
  /** When it tried to prove life, in milliseconds since the epoch. */
  readonly tried: number[] = [];
  /** Codes of errors that a server answered. */
  readonly refused = new Map<string, number>();
  /** How often a server was lost under way. */
  lost = 0;
  readonly #lesson: RunningLesson;
  readonly #random: () => number;
  readonly #client: Client;
  readonly #patience: number;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();

  /** @param patience milliseconds after which a server that does not answer is given up */
  constructor(fleet: Fleet, lesson: RunningLesson, random: () => number, patience = 60_000) {
    this.#patience = patience;
    this.#lesson = lesson;
    this.#random = random;
    const token = tokenFor(lesson.student, "student");
    let next = Math.floor(random() * fleet.size);
    this.#client = createClient({
      url: () => (fleet.urls[(next += 1) % fleet.size] as string).replace("http", "ws"),
      webSocketImpl: GivenUp,
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
          : this.#ask("connect", CONNECT, { whiteboard: this.#lesson.whiteboard, id }));
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
    this.tried.push(Date.now());
    return new Promise<number | string>((resolve, reject) => {
      const tired = setTimeout(() => {
        this.#client.terminate();
        reject(new Error("no answer"));
      }, this.#patience);
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(tired);
          settle(value);
        };
      this.#client.subscribe<Record<string, { lastActivityAt: string }>>(
        { query, variables },
        {
          next: ({ data, errors }) =>
            done(resolve)(
              errors?.[0] === undefined
                ? Date.parse(data?.[field]?.lastActivityAt ?? "")
                : String(errors[0].extensions?.["code"]),
            ),
          error: done(reject),
          complete: () => done(reject)(new Error("no answer")),
        },
      );
    });
  }
}
