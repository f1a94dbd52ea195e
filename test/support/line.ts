import type { Client } from "graphql-ws";
import { expect } from "vitest";
import type { WebSocket } from "ws";
import type { Caller, TestApp } from "./app.ts";
import { read } from "./reader.ts";

/** One viewer's open WebSocket, to be used, answered on by hand and broken. */
export interface Line {
  readonly client: Client;
  readonly socket: WebSocket;
  /** How it was closed, once it is. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** One query or mutation over it. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
  get<T = any>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Proves life as an answer to a ping does; resolves when the server has seen it. */
  pong(): Promise<void>;
}

export async function openLine(caller: Caller): Promise<Line> {
  const client = caller.socket();
  const opened = new Promise<WebSocket>((resolve) => client.on("opened", (socket) => resolve(socket as WebSocket)));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    client.on("closed", (event) => resolve(event as { code: number; reason: string })),
  );
  const ask = async (query: string, variables: Record<string, unknown> = {}) =>
    await new Promise((resolve, reject) => {
      client.subscribe(
        { query, variables },
        {
          next: ({ data, errors }) =>
            errors === undefined ? resolve(data) : reject(new Error(JSON.stringify(errors))),
          error: (error) => reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
          complete: () => undefined,
        },
      );
    });
  const welcome = read(client, "{ __typename }", {}, "__typename");
  const [socket] = await Promise.all([opened, welcome.next()]);
  return {
    client,
    socket,
    closed,
    get: (query, variables) => ask(query, variables) as Promise<never>,
    async pong() {
      socket.pong();
      // Frames are read in order.
      await ask("{ __typename }");
    },
  };
}

/** The lines of one test. */
export class Lines {
  readonly #open: Line[] = [];

  async open(caller: Caller): Promise<Line> {
    const line = await openLine(caller);
    this.#open.push(line);
    return line;
  }

  /** Closes them, and expects that nothing of theirs stays behind on the server (P11). */
  async close({ app }: TestApp): Promise<void> {
    await Promise.all(this.#open.splice(0).map(async (line) => line.client.dispose()));
    await expect.poll(() => [app.bus.topics, app.services.sockets.size], { timeout: 3_000 }).toEqual([0, 0]);
  }
}
