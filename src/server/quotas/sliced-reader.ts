import type { Duplex } from "node:stream";

type Parse = (bytes: Buffer) => void;

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
  #unread: Buffer | null = null;
  #reading = false;

  /**
   * Takes the place of the one listener that parses.
   * @param on.isFull whether no more is to be read now: who says so resumes the connection
   * @param on.run runs the parser
   */
  constructor(socket: Duplex, size: number, on: { isFull: () => boolean; run?: (parse: () => void) => void }) {
    this.#socket = socket;
    this.#size = size;
    this.#isFull = on.isFull;
    this.#run = on.run ?? ((parse) => parse());
    this.#parse = (socket.listeners("data")[0] as Parse | undefined) ?? null;
    if (this.#parse === null) return;
    socket.removeListener("data", this.#parse);
    socket.on("data", this.#received);
    // Whoever resumes it, such as Node when a body is read.
    socket.on("resume", this.#read);
  }

  /** Something else reads the connection from here on, and gets what is left. */
  stop(): void {
    this.#parse = null;
    this.#socket.removeListener("data", this.#received);
    this.#socket.removeListener("resume", this.#read);
    if (!this.#reading) this.#handOver();
  }

  readonly #received = (bytes: Buffer): void => {
    this.#unread = this.#unread === null ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#read();
  };

  readonly #read = (): void => {
    if (this.#reading) return;
    this.#reading = true;
    while (this.#parse !== null) {
      if (this.#isFull()) this.#socket.pause();
      const bytes = this.#unread;
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
