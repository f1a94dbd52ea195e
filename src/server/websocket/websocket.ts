import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { handleProtocols } from "graphql-ws";
import { WebSocketServer } from "ws";
import type { SocketBindings } from "../../services/presence/socket-bindings.ts";
import { Counter } from "../quotas/concurrency-limit.ts";
import { attachSocket } from "./attach-socket.ts";
import type { Origins } from "../http/origins.ts";
import { TimeSlicedQueue } from "../quotas/time-sliced-queue.ts";
import { Pings } from "./pings.ts";
import { createProtocol, type ProtocolParts } from "./protocol.ts";
import { terminateSocket, closeSocket, type SocketExtra } from "./socket.ts";
import { endSubscriptions } from "./subscribe.ts";
import { OperationSlot } from "./operation-queue.ts";
import { refuse, refuseHandshake } from "./upgrade.ts";

export interface GraphQLOverWebSocket extends ProtocolParts {
  readonly origins: Origins;
  readonly sockets: SocketBindings;
  /** When what is read now has come, at the earliest. */
  readonly arrivals: { now(): number };
  readonly pingInterval: number;
  readonly limits: ProtocolParts["limits"] & {
    /** Bytes of one message. */
    readonly bytes: number;
  };
}

export interface WebSocketHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every socket with 1001 and leaves their connections to the lease: their clients go on elsewhere (P13). */
  drain(): Promise<void>;
}

const DRAIN_OVER_MS = 1_000;
const nothing = () => undefined;
const CUTS_WITHIN_MS = 1_500;

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql. */
export function createWebSocketHandler(deps: GraphQLOverWebSocket): WebSocketHandler {
  const { arrivals, clock, limits, log, meter, shares, sockets } = deps;
  const live = new Set<SocketExtra>();
  /** How many each person has: looked for among ten thousand, they took a tenth of a millisecond of every arrival. */
  const socketsOf = new Counter();
  const server = createProtocol(deps, socketsOf);
  const paced = new TimeSlicedQueue();
  const joining = { log, shares, meter, paced, arrivals };
  const strangers = { add: (milliseconds: number) => shares.charge("anonymous", milliseconds) };
  let draining = false;
  const closing = new Set<Promise<void>>();

  const pings = new Pings(deps.pingInterval, () => clock.now());
  const wss = new WebSocketServer({
    noServer: true,
    handleProtocols,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: limits.bytes,
    clientTracking: false,
  });
  wss.on("wsClientError", (_error, socket, request) => refuseHandshake(socket, request));
  wss.on("connection", (socket, { socket: wire }) => {
    const extra: SocketExtra = {
      id: randomUUID(),
      socket,
      wire,
      reader: null,
      closedByUs: false,
      viewer: null,
      cancelExpiry: nothing,
      subscriptions: new Set(),
      starting: 0,
      operations: 0,
      turn: new OperationSlot(nothing, 0),
    };
    live.add(extra);
    sockets.open(extra.id);
    const arrivedAt = () => extra.reader?.arrivedAt ?? arrivals.now();
    // An answer came after its ping left, however long it waited here.
    const pong = (pingedAt: number) => sockets.pong(extra.id, Math.max(arrivedAt(), pingedAt));
    const quiet = pings.add(socket, { pong, dead: () => terminateSocket(extra) });
    attachSocket(server, extra, joining, (byClient) => {
      quiet();
      extra.cancelExpiry();
      live.delete(extra);
      if (extra.viewer !== null) socketsOf.remove(extra.viewer.id);
      const end = draining && !byClient ? null : { at: byClient ? arrivedAt() : arrivals.now(), alive: byClient };
      const closed = sockets.close(extra.id, end);
      // After the socket's own end is known: what ends with it was not left by choice.
      endSubscriptions(extra);
      closing.add(closed);
      void closed.finally(() => closing.delete(closed));
    });
  });

  return {
    upgrade(request, socket, head) {
      paced.run(() => {
        if (draining) return refuse(socket, "503 Service Unavailable");
        if (!deps.origins.admits(request)) return refuse(socket, "403 Forbidden");
        meter.run(strangers, () => {
          wss.handleUpgrade(request, socket, head, (client) => wss.emit("connection", client, request));
        });
      });
    },
    async drain() {
      draining = true;
      pings.stop();
      await spread([...live], DRAIN_OVER_MS, (extra) => closeSocket(extra, 1001, "Going away"));
      // A client that does not answer the close is not waited for.
      const patience = setTimeout(() => live.forEach(terminateSocket), 2_000);
      while (live.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      clearTimeout(patience);
      // Cuts wait for the store, which may answer nobody; the lease ends what could not be written.
      await Promise.race([Promise.all(closing), new Promise((resolve) => setTimeout(resolve, CUTS_WITHIN_MS).unref())]);
    },
  };
}

const SLICE_MS = 50;
/** Nobody feels so few at once. */
const SMALLEST_SLICE = 10;

/**
 * Does something to many, evenly spread over some time: clients that are sent away all at once come to another server
 * all at once.
 * @param over milliseconds that it takes at the most; few take less
 */
export async function spread<T>(values: readonly T[], over: number, what: (value: T) => void): Promise<void> {
  const size = Math.max(SMALLEST_SLICE, Math.ceil((values.length * SLICE_MS) / over));
  for (let from = 0; from < values.length; from += size) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve, SLICE_MS));
    values.slice(from, from + size).forEach(what);
  }
}
