import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { SlicedReader } from "../quotas/sliced-reader.ts";

/**
 * Of what a connection has sent, so many bytes are read at a time: the smallest request has 27, and Node makes all requests
 * of one piece before anybody is asked: a piece of 64 KiB holds some 2,400.
 */
const REQUEST_SLICE_BYTES = 512;
/** Requests that wait for the answer to the one before, until the connection is not read any more. */
const MAX_QUEUED = 4;
/** On all connections together; one that sends more then is cut off. */
const MAX_QUEUED_IN_ALL = 2_000;

interface Connection {
  readonly socket: Duplex;
  working: boolean;
  readonly waiting: (() => void)[];
  reader: SlicedReader | null;
}

/**
 * Serves the requests of each connection one after the other, as they were sent. A client may send the next ones before it
 * has an answer (RFC 9112, 9.3.2), but Node makes requests of all of them: 50,000 on one connection filled the memory.
 */
export class RequestQueues {
  readonly #connections = new WeakMap<Duplex, Connection>();
  readonly #arrivals: { now(): number };
  #waiting = 0;

  /** @param arrivals when what is read now has come, at the earliest */
  constructor(arrivals: { now(): number }) {
    this.#arrivals = arrivals;
  }

  /** A connection begins, or goes on as HTTP after it offered another protocol. */
  open(socket: Duplex): void {
    const connection = this.#connections.get(socket) ?? this.#connect(socket);
    connection.reader = new SlicedReader(socket, REQUEST_SLICE_BYTES, {
      isFull: () => connection.waiting.length >= MAX_QUEUED,
      now: () => this.#arrivals.now(),
    });
  }

  /** A request asked for another protocol: none follows it here. */
  release(socket: Duplex): void {
    this.#connections.get(socket)?.reader?.stop();
  }

  /** Serves a request once those before it on its connection are answered, and says when it arrived, at the earliest. */
  take(req: IncomingMessage, res: ServerResponse, serve: (arrivedAt: number) => void): void {
    const connection = this.#connections.get(req.socket);
    if (connection === undefined) return serve(this.#arrivals.now());
    const arrivedAt = connection.reader?.arrivedAt ?? this.#arrivals.now();
    const start = () => {
      // After an answer that closes the connection the client is to send the rest elsewhere: served here too, it would run twice.
      if (req.socket.destroyed || req.socket.writableEnded) return;
      connection.working = true;
      res.once("close", () => this.#next(connection));
      serve(arrivedAt);
    };
    if (!connection.working) return start();
    if (this.#waiting >= MAX_QUEUED_IN_ALL) return void connection.socket.destroy();
    this.#waiting += 1;
    connection.waiting.push(start);
  }

  #next(connection: Connection): void {
    const start = connection.waiting.shift();
    connection.working = start !== undefined;
    if (start !== undefined) {
      this.#waiting -= 1;
      // Not at once: hundreds of small answers in a row would keep everybody else waiting.
      setImmediate(start);
    }
    if (connection.waiting.length < MAX_QUEUED && connection.socket.isPaused()) connection.socket.resume();
  }

  #connect(socket: Duplex): Connection {
    const connection: Connection = { socket, working: false, waiting: [], reader: null };
    this.#connections.set(socket, connection);
    socket.once("close", () => (this.#waiting -= connection.waiting.splice(0).length));
    return connection;
  }
}
