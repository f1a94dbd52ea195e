import type { Duplex } from "node:stream";

type Parse = (bytes: Buffer) => void;

/** What waited for less arrived when it is read, as with an event loop that stood still (D3). */
const MIN_WAIT_MS = 1_000;

interface Pause {
  /** When it began, by the clock of arrivals, and on one that only goes forward. */
  readonly at: number;
  readonly since: number;
}

/**
 * Stands before the parser of a connection: hands it what was received in small slices, and pauses the connection while its
 * owner wants no more. A parser by itself takes a whole piece of 64 KiB: 2,400 requests, or 10,900 frames, in one go.
 */
export class SlicedReader {
  readonly #socket: Duplex;
  readonly #size: number;
  readonly #isFull: () => boolean;
  readonly #run: (parse: () => void) => void;
  /** The listener whose place this took; null once it is over. */
  #parse: Parse | null;
  readonly #now: () => number;
  #unread: Buffer | null = null;
  #reading = false;
  /** The pause in which what comes next may have come; null: it is read at once. */
  #pause: Pause | null = null;
  #arrivedAt: number;

  /**
   * Takes the place of the one listener that parses.
   * @param on.isFull whether no more is to be read now: who says so resumes the connection
   * @param on.run runs the parser
   * @param on.now when bytes that are read now arrived, at the earliest
   */
  constructor(
    socket: Duplex,
    size: number,
    on: { isFull: () => boolean; run?: (parse: () => void) => void; now: () => number },
  ) {
    this.#socket = socket;
    this.#size = size;
    this.#isFull = on.isFull;
    this.#run = on.run ?? ((parse) => parse());
    this.#now = on.now;
    this.#arrivedAt = on.now();
    this.#parse = (socket.listeners("data")[0] as Parse | undefined) ?? null;
    if (this.#parse === null) return;
    socket.removeListener("data", this.#parse);
    socket.on("data", this.#received);
    // Whoever resumes it, such as Node when a body is read.
    socket.on("resume", this.#resumed);
  }

  /**
   * When what is parsed now arrived, at the earliest. Bytes that came while the connection was not read for more than a second
   * may have waited since then. Only the last pause counts, so that a connection that is paused again and again does not fall behind.
   */
  get arrivedAt(): number {
    return this.#arrivedAt;
  }

  /** Something else reads the connection from here on, and gets what is left. */
  stop(): void {
    this.#parse = null;
    this.#socket.removeListener("data", this.#received);
    this.#socket.removeListener("resume", this.#resumed);
    if (!this.#reading) this.#handOver();
  }

  readonly #resumed = (): void => {
    // What waited is read in the next turn of the event loop. What comes after two of them did not wait.
    const pause = this.#pause;
    const forget = () => {
      if (this.#pause === pause) this.#pause = null;
    };
    if (pause !== null) setImmediate(() => setImmediate(forget));
    this.#read();
  };

  readonly #received = (bytes: Buffer): void => {
    // What is left of an earlier piece keeps its time for both: the two become one.
    const waited = this.#pause !== null && performance.now() - this.#pause.since > MIN_WAIT_MS;
    if (this.#unread === null) this.#arrivedAt = waited ? this.#pause!.at : this.#now();
    this.#pause = null;
    this.#unread = this.#unread === null ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#read();
  };

  readonly #read = (): void => {
    if (this.#reading) return;
    this.#reading = true;
    while (this.#parse !== null) {
      if (this.#isFull()) this.#socket.pause();
      const bytes = this.#unread;
      // Its owner wants no more: what comes from here on waits.
      if (this.#socket.isPaused()) this.#pause = { at: this.#now(), since: performance.now() };
      if (bytes === null || this.#socket.isPaused() || this.#socket.destroyed) break;
      this.#unread = bytes.length > this.#size ? bytes.subarray(this.#size) : null;
      const parse = this.#parse;
      this.#run(() => parse.call(this.#socket, bytes.subarray(0, this.#size)));
    }
    this.#reading = false;
    if (this.#parse === null) this.#handOver();
  };

  #handOver(): void {
    const rest = this.#unread;
    this.#unread = null;
    if (rest !== null && !this.#socket.destroyed) this.#socket.push(rest);
  }
}
