import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "./server.ts";

const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const BEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { lastActivityAt } }";
const SPANS =
  "query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) { spans { connectionId lastSeenAt endReason } } }";

export interface BeatenSpan {
  readonly connectionId: string;
  readonly lastSeenAt: string;
  readonly endReason: string | null;
}

/** Connections of one student, each beating without a pause, and what they were answered. */
export class Beating {
  /** The time that the last acknowledged beat of each connection got, in milliseconds since the epoch. */
  readonly acknowledged = new Map<string, number>();
  /** How often each code came instead. */
  readonly refused = new Map<string, number>();
  readonly #url: string;
  readonly #token: string;
  readonly #whiteboard: string;
  #loops: Promise<void>[] = [];
  #going = true;

  constructor(url: string, token: string, whiteboard: string) {
    this.#url = url;
    this.#token = token;
    this.#whiteboard = whiteboard;
  }

  /** @param everyMs between an answer and the next beat */
  async start(connections: number, everyMs: number): Promise<void> {
    for (let each = 0; each < connections; each += 1) {
      const { data } = await ask(this.#url, this.#token, CONNECT, { whiteboard: this.#whiteboard });
      this.#loops.push(this.#beat(data.connect.id as string, everyMs));
    }
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#loops);
  }

  async spans(): Promise<BeatenSpan[]> {
    const { data } = await ask(this.#url, this.#token, SPANS, { whiteboard: this.#whiteboard });
    return data.whiteboardSession.spans as BeatenSpan[];
  }

  async #beat(id: string, everyMs: number): Promise<void> {
    while (this.#going) {
      const { data, errors } = await ask(this.#url, this.#token, BEAT, { id });
      if (data?.heartbeat != null) this.acknowledged.set(id, Date.parse(data.heartbeat.lastActivityAt as string));
      else {
        const code = errors?.[0]?.extensions.code ?? "no answer";
        this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
      }
      await sleep(everyMs);
    }
  }
}
