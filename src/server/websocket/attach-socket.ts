import { CloseCode, type Server } from "graphql-ws";
import type { Millis } from "../../domain/model.ts";
import type { Log } from "../../services/shared/ports.ts";
import { nestsTooDeeply } from "../operations.ts";
import type { TimeSlicedQueue } from "../quotas/time-sliced-queue.ts";
import type { LoopMeter, Payer } from "../quotas/usage-meter.ts";
import { type Principal, principalOf, type FairScheduler } from "../quotas/fair-scheduler.ts";
import { SlicedReader } from "../quotas/sliced-reader.ts";
import { send, closeSocket, type SocketExtra } from "./socket.ts";
import { type Budget, OperationQueue } from "./operation-queue.ts";

/** Operations of one socket that run at once, those of services apart: more than any page sends. */
const MAX_CONCURRENT_OPERATIONS = 10;
/** What graphql-ws closes a socket with that has not said hello in time. */
const SILENT: number = CloseCode.ConnectionInitialisationTimeout;
/** Bytes that are read in one go: up to 680 frames. */
const SOCKET_SLICE_BYTES = 4_096;
/** Bytes of a hello: a token has 8 KiB at most. */
const MAX_HELLO_BYTES = 16_384;
/** How far sockets that stay silent are closed apart: a thousand that came together and went together came again together. */
const INIT_TIMEOUT_STAGGER_MS = 1_000;

export interface SocketParts {
  readonly log: Log;
  readonly shares: FairScheduler;
  readonly meter: LoopMeter;
  readonly paced: TimeSlicedQueue;
  readonly arrivals: { now(): Millis };
}

/**
 * Joins one `ws` socket to graphql-ws's protocol server.
 * @param closed told once whether the client closed it, and so lived until then
 */
export function attachSocket(
  server: Server<SocketExtra>,
  extra: SocketExtra,
  { log, shares, meter, paced, arrivals }: SocketParts,
  closed: (byClient: boolean) => void,
): void {
  const { socket, wire } = extra;
  const share = new SocketShare(shares, meter, extra);
  let lingering: NodeJS.Timeout | undefined;
  const fail = (error: unknown) => {
    // graphql-ws throws at messages that only a server sends, and closes by itself at all others that are wrong.
    if (String(error).startsWith("Error: Unexpected message of type"))
      return closeSocket(extra, CloseCode.BadRequest, "Invalid message received");
    log.error({ err: error, socketId: extra.id }, "a socket's message failed");
    closeSocket(extra, CloseCode.InternalServerError, "Internal server error");
  };
  // Without a listener a broken frame or connection would end the process. The close event follows.
  socket.on("error", (error) => log.debug({ err: error, socketId: extra.id }, "socket error"));

  /** Before its hello a socket has nothing else to say; what more it sends is not read. */
  const refuseStranger = (): boolean => {
    if (extra.viewer !== null) return false;
    closeSocket(extra, CloseCode.BadRequest, "Send connection_init first");
    socket.pause();
    return true;
  };
  let ping: Buffer | null = null;
  socket.on("ping", (payload) => {
    if (refuseStranger()) return;
    // Of several pings the last one is answered (RFC 6455, 5.5.3): thousands of them come in one go.
    if (ping === null) {
      setImmediate(() => {
        if (socket.readyState === socket.OPEN) socket.pong(ping);
        ping = null;
      });
    }
    ping = payload;
  });

  const leave = server.opened(
    {
      protocol: socket.protocol,
      send: (data) => send(extra, data),
      // A pong brings back what the ping brought.
      onPing: (payload) => {
        if (refuseStranger()) return;
        if (nestsTooDeeply(payload)) return closeSocket(extra, CloseCode.BadRequest, "Nested too deeply");
        return send(extra, JSON.stringify({ type: "pong", payload }));
      },
      onPong: () => void refuseStranger(),
      close: (code = 1000, reason = "") => {
        const close = () => paced.run(() => closeSocket(extra, code, reason));
        if (code !== SILENT) return close();
        // Who has said hello by then, if late, is welcome.
        lingering = setTimeout(() => extra.viewer ?? close(), Math.random() * INIT_TIMEOUT_STAGGER_MS);
      },
      onMessage: (handle) => {
        const most = () => (extra.viewer?.roles.has("service") ? Infinity : MAX_CONCURRENT_OPERATIONS);
        const turns = new OperationQueue(socket, most, share, (message, turn) => {
          extra.turn = turn;
          handle(message)
            .catch(fail)
            .finally(() => turn.done());
        });
        // ws hands text over as one Buffer; graphql-ws parses and answers.
        socket.on("message", (data) => {
          // What still comes once it closes is not for anybody.
          if (socket.readyState !== socket.OPEN) return;
          const bytes = data as Buffer;
          if (bytes.length > MAX_HELLO_BYTES && refuseStranger()) return;
          turns.take(bytes.toString("utf8"), reader.arrivedAt);
        });
        // Before the end of the socket is told, which takes along what nobody left.
        socket.on("close", () => turns.end());
      },
    },
    extra,
  );

  let waits = false;
  // Not only messages: frames that are none, such as pongs, take their time as well.
  const reader = new SlicedReader(wire, SOCKET_SLICE_BYTES, {
    now: () => arrivals.now(),
    isFull: () => {
      if (share.hasBudget()) return false;
      if (!waits) {
        waits = true;
        share.wait(() => {
          waits = false;
          if (!socket.isPaused) wire.resume();
        });
      }
      return true;
    },
    run: (parse) => share.run(parse),
  });
  extra.reader = reader;

  socket.on("close", (code, reason) => {
    clearTimeout(lingering);
    // 1006: it ended without a close frame, as when the network is lost.
    closed(!extra.closedByUs && code !== 1006);
    leave(code, reason.toString("utf8")).catch((error: unknown) => log.warn({ err: error }, "leaving a socket failed"));
  });
}

/** The share of whoever speaks over a socket. Not three functions: each of them takes as much memory, ten thousand times. */
class SocketShare implements Budget, Payer {
  readonly #shares: FairScheduler;
  readonly #meter: LoopMeter;
  readonly #extra: SocketExtra;

  constructor(shares: FairScheduler, meter: LoopMeter, extra: SocketExtra) {
    this.#shares = shares;
    this.#meter = meter;
    this.#extra = extra;
  }

  /** Who is unknown has a hello to say and nothing else: it need not wait for others who are unknown. */
  hasBudget(): boolean {
    return this.#extra.viewer === null || this.#shares.hasBudget(this.#principal);
  }

  run(what: () => void): void {
    this.#meter.run(this, what);
  }

  add(milliseconds: number): void {
    this.#shares.charge(this.#principal, milliseconds);
  }

  wait(next: () => void): void {
    this.#shares.wait(this.#principal, next);
  }

  get #principal(): Principal {
    return principalOf(this.#extra.viewer);
  }
}
