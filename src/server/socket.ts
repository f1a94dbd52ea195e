import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { CloseCode, type Server } from "graphql-ws";
import type { Viewer } from "../auth/viewer.ts";
import type { Log } from "../services/ports.ts";
import { HEADERS } from "./headers.ts";
import { nestsTooDeeply } from "./nesting.ts";
import type { Paced } from "./paced.ts";
import { type Sharer, sharerOf, type Shares } from "./shares.ts";
import { type Share, type Turn, Turns } from "./turns.ts";

/** What the operations of one WebSocket share. */
export interface SocketExtra {
  readonly id: string;
  readonly socket: WebSocket;
  /** What `socket` writes to. */
  readonly wire: Duplex;
  /** We closed it or cut it off: its end proves nothing about the client. */
  closedByUs: boolean;
  /** Who said hello on it; null before. */
  viewer: Viewer | null;
  /** Forgets when its token ends. */
  forget: () => void;
  /** Its running subscriptions, and how many are about to run. */
  readonly subscriptions: Set<AsyncIterator<unknown>>;
  starting: number;
  /** Operations that have come over it. */
  operations: number;
  /** Of the message that is being handled. */
  turn: Turn;
}

/** Bytes of a close frame's reason (RFC 6455, 5.5). */
const LONGEST_REASON = 123;

/** How long a client may take to answer a close: what it held ends with it, and ws itself waits for 30 s. */
const CLOSED_WITHIN_MS = 900;

export function shut(extra: SocketExtra, code: number, reason: string): void {
  if (!extra.closedByUs) {
    const patience = setTimeout(() => cutOff(extra), CLOSED_WITHIN_MS);
    extra.socket.once("close", () => clearTimeout(patience));
  }
  extra.closedByUs = true;
  // graphql-ws names the operation in it, by an id of the client's choice; ws throws where it does not fit into a frame.
  extra.socket.resume();
  extra.socket.close(code, Buffer.byteLength(reason) > LONGEST_REASON ? "" : reason);
}

export function cutOff(extra: SocketExtra): void {
  extra.closedByUs = true;
  extra.socket.terminate();
}

/**
 * An answer is ready: its two messages, and what is answered in the same go, leave in one write. A write costs more than the
 * answer, and a second one may wait until a client acknowledges the first.
 */
export function answering({ wire }: SocketExtra): void {
  if (wire.writableCorked > 0) return;
  wire.cork();
  process.nextTick(() => wire.uncork());
}

/** Operations of one socket that run at once, those of services apart: more than any page sends. */
const MOST_AT_ONCE = 10;
/** Past this many bytes that a reader has not taken, it is closed: what it wants is not worth everybody's memory. */
const MOST_BUFFERED = 1024 * 1024;
/** Below this a send is not waited for. */
const EASY = 64 * 1024;

/**
 * Joins one `ws` socket to graphql-ws's protocol server.
 * @param closed told once whether the client closed it, and so lived until then
 */
export function join(
  server: Server<SocketExtra>,
  extra: SocketExtra,
  { log, shares, paced }: { readonly log: Log; readonly shares: Shares; readonly paced: Paced },
  closed: (byClient: boolean) => void,
): void {
  const { socket } = extra;
  const fail = (error: unknown) => {
    // graphql-ws throws at messages that only a server sends, and closes by itself at all others that are wrong.
    if (String(error).startsWith("Error: Unexpected message of type"))
      return shut(extra, CloseCode.BadRequest, "Invalid message received");
    log.error({ err: error, socketId: extra.id }, "a socket's message failed");
    shut(extra, CloseCode.InternalServerError, "Internal server error");
  };
  // Without a listener a broken frame or connection would end the process. The close event follows.
  socket.on("error", (error) => log.debug({ err: error, socketId: extra.id }, "socket error"));

  const leave = server.opened(
    {
      protocol: socket.protocol,
      send: (data) => send(extra, data),
      // Those that never said hello are many where they are any, and all that came together are closed together.
      // A pong brings back what the ping brought.
      onPing: (payload) => {
        if (nestsTooDeeply(payload)) return shut(extra, CloseCode.BadRequest, "Nested too deeply");
        return send(extra, JSON.stringify({ type: "pong", payload }));
      },
      close: (code = 1000, reason = "") => paced.run(() => shut(extra, code, reason)),
      onMessage: (handle) => {
        const most = () => (extra.viewer?.roles.has("service") ? Infinity : MOST_AT_ONCE);
        const turns = new Turns(socket, most, new SocketShare(shares, extra), (message, turn) => {
          extra.turn = turn;
          handle(message)
            .catch(fail)
            .finally(() => turn.done());
        });
        // ws hands text over as one Buffer; graphql-ws parses and answers.
        socket.on("message", (data) => turns.take((data as Buffer).toString("utf8")));
      },
    },
    extra,
  );

  socket.on("close", (code, reason) => {
    // 1006: it ended without a close frame, as when the network is lost.
    closed(!extra.closedByUs && code !== 1006);
    leave(code, reason.toString("utf8")).catch((error: unknown) => log.warn({ err: error }, "leaving a socket failed"));
  });
}

/** The share of whoever speaks over a socket. Not three functions: each of them takes as much memory, ten thousand times. */
class SocketShare implements Share {
  readonly #shares: Shares;
  readonly #extra: SocketExtra;

  constructor(shares: Shares, extra: SocketExtra) {
    this.#shares = shares;
    this.#extra = extra;
  }

  left(): boolean {
    return this.#shares.left(this.#sharer);
  }

  run(what: () => void): void {
    this.#shares.run(this.#sharer, what);
  }

  wait(next: () => void): void {
    this.#shares.wait(this.#sharer, next);
  }

  get #sharer(): Sharer {
    return sharerOf(this.#extra.viewer, this.#extra);
  }
}

async function send(extra: SocketExtra, data: string): Promise<void> {
  const { socket } = extra;
  if (socket.readyState !== socket.OPEN) return;
  const written = new Promise<void>((resolve, reject) => {
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
  // Checked after the send: asked before, one burst of operations could buffer as much as it liked.
  if (socket.bufferedAmount > MOST_BUFFERED) {
    written.catch(() => undefined);
    shut(extra, 1013, "Reading too slowly");
    return;
  }
  if (socket.bufferedAmount < EASY) {
    written.catch(() => undefined);
    return;
  }
  await written.catch(() => undefined);
}

/** Answers a request for a socket that nobody gets. @param status such as "403 Forbidden" */
export function refuse(socket: Duplex, status: string): void {
  const headers = { connection: "close", "content-length": "0", ...HEADERS };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`);
}

/** Whether a page of that origin may open a socket here. Programs send none. */
export function originAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
