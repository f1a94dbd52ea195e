import { CloseCode, type Server } from "graphql-ws";
import type { Log } from "../services/ports.ts";
import { nestsTooDeeply } from "./nesting.ts";
import type { Paced } from "./paced.ts";
import { type Sharer, sharerOf, type Shares } from "./shares.ts";
import { send, shut, type SocketExtra } from "./socket.ts";
import { type Share, Turns } from "./turns.ts";

/** Operations of one socket that run at once, those of services apart: more than any page sends. */
const MOST_AT_ONCE = 10;
/** What graphql-ws closes a socket with that has not said hello in time. */
const SILENT: number = CloseCode.ConnectionInitialisationTimeout;
/** How far sockets that stay silent are closed apart: a thousand that came together and went together came again together. */
const SILENT_APART_MS = 1_000;

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
  let lingering: NodeJS.Timeout | undefined;
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
      // A pong brings back what the ping brought.
      onPing: (payload) => {
        if (nestsTooDeeply(payload)) return shut(extra, CloseCode.BadRequest, "Nested too deeply");
        return send(extra, JSON.stringify({ type: "pong", payload }));
      },
      close: (code = 1000, reason = "") => {
        const close = () => paced.run(() => shut(extra, code, reason));
        if (code !== SILENT) return close();
        // Who has said hello by then, if late, is welcome.
        lingering = setTimeout(() => extra.viewer ?? close(), Math.random() * SILENT_APART_MS);
      },
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
        // Before the end of the socket is told, which takes along what nobody left.
        socket.on("close", () => turns.end());
      },
    },
    extra,
  );

  socket.on("close", (code, reason) => {
    clearTimeout(lingering);
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
