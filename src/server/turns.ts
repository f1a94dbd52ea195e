import type { WebSocket } from "ws";

/**
 * Operations of one socket that run at once: what comes on top waits, and the socket is not read until some are done.
 * Without that a client that sends 2,000 queries in one go held up everybody else for seconds.
 */
export class Turns {
  #running = 0;
  #going = false;
  #waiting: string[] = [];
  readonly #socket: WebSocket;
  readonly #most: () => number;
  readonly #handle: (message: string, done: () => void) => void;

  /** @param handle calls `done` when the operation is over, or runs on by itself; more calls change nothing */
  constructor(socket: WebSocket, most: () => number, handle: (message: string, done: () => void) => void) {
    this.#socket = socket;
    this.#most = most;
    this.#handle = handle;
    socket.once("close", () => (this.#waiting = []));
  }

  take(message: string): void {
    // What still comes once it closes is not for anybody.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#running < this.#most() && this.#waiting.length === 0) return this.#run(message);
    // No more than what one read brought along: then the socket rests.
    this.#waiting.push(message);
    this.#socket.pause();
  }

  #run(message: string): void {
    this.#running += 1;
    let over = false;
    this.#handle(message, () => {
      if (over) return;
      over = true;
      this.#running -= 1;
      this.#goOn();
    });
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
    while (this.#running < this.#most()) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      this.#run(message);
    }
    if (this.#waiting.length === 0 && this.#socket.isPaused) this.#socket.resume();
  }
}
