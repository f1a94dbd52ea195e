import { type DocumentNode, getOperationAST, Kind } from "graphql";
import type { WebSocket } from "ws";

/** One message's. More calls change nothing. */
export interface Turn {
  /** It is a heartbeat: others may go on beside it. */
  readonly light: () => void;
  /** Its operation is over, or runs on by itself. */
  readonly done: () => void;
}

/** What an operation weighs: a socket's heartbeats wait for one write together, hundreds of them (P4). */
const OPERATION = 40;
const HEARTBEAT = 1;

/**
 * Operations of one socket that run at once: what comes on top waits, and the socket is not read until some are done.
 * Without that a client that sends 2,000 queries in one go held up everybody else for seconds.
 */
export class Turns {
  #weight = 0;
  #going = false;
  #waiting: string[] = [];
  readonly #socket: WebSocket;
  readonly #most: () => number;
  readonly #handle: (message: string, turn: Turn) => void;

  /** @param most how many operations; of heartbeats forty times as many */
  constructor(socket: WebSocket, most: () => number, handle: (message: string, turn: Turn) => void) {
    this.#socket = socket;
    this.#most = most;
    this.#handle = handle;
    socket.once("close", () => (this.#waiting = []));
  }

  take(message: string): void {
    // What still comes once it closes is not for anybody.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#free && this.#waiting.length === 0) return this.#run(message);
    // No more than what one read brought along: then the socket rests.
    this.#waiting.push(message);
    this.#socket.pause();
  }

  get #free(): boolean {
    return this.#weight < this.#most() * OPERATION;
  }

  #run(message: string): void {
    let weight = OPERATION;
    this.#weight += weight;
    const becomes = (lighter: number) => {
      this.#weight -= weight - Math.min(lighter, weight);
      weight = Math.min(lighter, weight);
      this.#goOn();
    };
    this.#handle(message, { light: () => becomes(HEARTBEAT), done: () => becomes(0) });
  }

  /** Not at once: the embedded store answers without a pause, and 500 queries kept everybody else out for 1.6 s. */
  #goOn(): void {
    if (this.#going || this.#waiting.length === 0) return;
    this.#going = true;
    setImmediate(() => {
      this.#going = false;
      this.#next();
    });
  }

  #next(): void {
    while (this.#free) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      this.#run(message);
    }
    if (this.#waiting.length === 0 && this.#socket.isPaused) this.#socket.resume();
  }
}

/** Whether an operation does nothing but send heartbeats. */
export function isHeartbeat(document: DocumentNode, operationName: string | null | undefined): boolean {
  const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value === "heartbeat");
}
