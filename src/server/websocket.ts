import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { GraphQLError, type GraphQLSchema } from "graphql";
import { type ConnectionInitMessage, handleProtocols, makeServer } from "graphql-ws";
import { WebSocketServer } from "ws";
import { readBearer } from "../auth/bearer.ts";
import type { TokenVerifier } from "../auth/tokens.ts";
import type { Viewer } from "../auth/viewer.ts";
import { RollcallError } from "../domain/errors.ts";
import type { Context, Origin } from "../graphql/context.ts";
import type { Documents } from "../graphql/documents.ts";
import type { ErrorFormatter } from "../graphql/errors.ts";
import type { Log } from "../services/ports.ts";
import type { Sockets } from "../services/sockets.ts";
import { at } from "./expiry.ts";
import type { Operations } from "./operations.ts";
import { nestsTooDeeply } from "./nesting.ts";
import { Paced } from "./paced.ts";
import { Pings } from "./pings.ts";
import { REFUSAL_TAKES_MS, sharerOf, type Shares } from "./shares.ts";
import { spread } from "./spread.ts";
import { isHeartbeat, Turn } from "./turns.ts";
import { endSubscriptions, startSubscription } from "./subscriptions.ts";
import { answering, cutOff, join, originAllowed, refuse, shut, type SocketExtra } from "./socket.ts";

export interface GraphQLOverWebSocket {
  readonly schema: GraphQLSchema;
  readonly verifier: TokenVerifier;
  readonly context: (origin: Origin) => Context;
  readonly formatError: ErrorFormatter;
  readonly operations: Operations;
  readonly documents: Documents;
  readonly shares: Shares;
  readonly corsOrigins: readonly string[];
  readonly sockets: Sockets;
  readonly clock: { now(): number };
  readonly pingInterval: number;
  readonly limits: {
    /** Bytes of one message. */
    readonly bytes: number;
    /** Subscriptions of one socket. */
    readonly subscriptions: number;
    /** Sockets of one user; services have no limit. */
    readonly sockets: number;
  };
  readonly log: Log;
}

export interface WebSocketHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every socket with 1001 and leaves their connections to the lease: their clients go on elsewhere (P13). */
  drain(): Promise<void>;
}

type Call = Context & { readonly extra: SocketExtra; readonly turn: Turn };

/** How long a socket may take to say who it is, in milliseconds. */
const INIT_WITHIN_MS = 3_000;
/** Characters of an operation's id, which every one of its results repeats. */
const LONGEST_ID = 256;
/** Of the event loop, once it is read; a heartbeat that is taken costs next to nothing. */
const OPERATION_TAKES_MS = 0.5;
const DRAIN_OVER_MS = 1_000;
const nothing = () => undefined;
const CUTS_WITHIN_MS = 1_500;

/** GraphQL over WebSocket (graphql-transport-ws) at /graphql. */
export function createWebSocketHandler(deps: GraphQLOverWebSocket): WebSocketHandler {
  const { schema, documents, formatError, operations, clock, sockets, limits, shares } = deps;
  const live = new Set<SocketExtra>();
  /** How many each person has: looked for among ten thousand, they took a tenth of a millisecond of every arrival. */
  const socketsOf = new Map<number, number>();
  const paced = new Paced();
  const joining = { log: deps.log, shares, paced };
  let draining = false;
  const closing = new Set<Promise<void>>();

  const server = makeServer<ConnectionInitMessage["payload"], SocketExtra>({
    connectionInitWaitTimeout: INIT_WITHIN_MS,
    async onConnect({ connectionParams, extra }) {
      const viewer = await authenticate(deps, connectionParams ?? {}, extra);
      if (viewer === null) return false;
      const theirs = socketsOf.get(viewer.id) ?? 0;
      if (theirs >= limits.sockets && !viewer.roles.has("service")) {
        shut(extra, 1013, "Too many sockets");
        return false;
      }
      if (extra.socket.readyState !== extra.socket.OPEN) return false;
      extra.viewer = viewer;
      socketsOf.set(viewer.id, theirs + 1);
      // A token's end is its socket's end.
      extra.forget = at(clock, viewer.expiresAt, () => shut(extra, 4403, "Token expired"));
      return true;
    },
    onSubscribe({ extra }, id, payload) {
      if (id.length > LONGEST_ID) return [badInput(`The id of an operation has at most ${LONGEST_ID} characters.`)];
      if (nestsTooDeeply(payload)) return [badInput("The operation is nested too deeply.")];
      const { document, errors } = documents(payload.query);
      if (document === null || errors.length > 0) {
        shares.spend(sharerOf(extra.viewer, extra), REFUSAL_TAKES_MS);
        return errors;
      }
      if (isHeartbeat(document, payload.operationName)) extra.turn.light();
      const requestId = `${extra.id}/${(extra.operations += 1)}`;
      const context = deps.context({ viewer: extra.viewer, socketId: extra.id, requestId, traceparent: null });
      return {
        schema,
        document,
        operationName: payload.operationName,
        variableValues: payload.variables,
        contextValue: Object.assign(context, { extra, turn: extra.turn }) satisfies Call,
      };
    },
    // Its turn is over when the answer is there: a client that does not take it is held to what it may leave in buffers.
    execute: async (args) => {
      const { extra, turn } = args.contextValue as Call;
      const sharer = sharerOf(extra.viewer, extra);
      if (!turn.isLight) shares.spend(sharer, OPERATION_TAKES_MS);
      try {
        const result = await operations.execute(args, "websocket");
        if (result.errors !== undefined) shares.spend(sharer, REFUSAL_TAKES_MS);
        return result;
      } finally {
        turn.done();
        answering(extra);
      }
    },
    subscribe: (args) => {
      const { extra, turn } = args.contextValue as Call;
      const started = operations.subscribe(args, "websocket", () =>
        startSubscription(args, extra, limits.subscriptions),
      );
      // What runs takes no turn: it has a limit of its own.
      return started.finally(() => turn.done());
    },
    onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error)),
  });

  const pings = new Pings(deps.pingInterval);
  const wss = new WebSocketServer({
    noServer: true,
    handleProtocols,
    perMessageDeflate: false,
    maxPayload: deps.limits.bytes,
    clientTracking: false,
  });
  wss.on("connection", (socket, { socket: wire }) => {
    const extra: SocketExtra = {
      id: randomUUID(),
      socket,
      wire,
      closedByUs: false,
      viewer: null,
      forget: nothing,
      subscriptions: new Set(),
      starting: 0,
      operations: 0,
      turn: new Turn(nothing),
    };
    live.add(extra);
    sockets.open(extra.id);
    const quiet = pings.add(socket, { pong: () => sockets.pong(extra.id, clock.now()), dead: () => cutOff(extra) });
    join(server, extra, joining, (byClient) => {
      quiet();
      extra.forget();
      live.delete(extra);
      if (extra.viewer !== null) countDown(socketsOf, extra.viewer.id);
      const end = draining && !byClient ? null : { at: clock.now(), alive: byClient };
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
        if (!originAllowed(request, deps.corsOrigins)) return refuse(socket, "403 Forbidden");
        wss.handleUpgrade(request, socket, head, (client) => wss.emit("connection", client, request));
      });
    },
    async drain() {
      draining = true;
      pings.stop();
      await spread([...live], DRAIN_OVER_MS, (extra) => shut(extra, 1001, "Going away"));
      // A client that does not answer the close is not waited for.
      const patience = setTimeout(() => live.forEach(cutOff), 2_000);
      while (live.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      clearTimeout(patience);
      // Cuts wait for the store, which may answer nobody; the lease ends what could not be written.
      await Promise.race([Promise.all(closing), new Promise((resolve) => setTimeout(resolve, CUTS_WITHIN_MS).unref())]);
    },
  };
}

function countDown(counts: Map<number, number>, key: number): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

/** Null: closed with 4403, or when the keys cannot be had, with 1013 for another try. */
async function authenticate(
  { verifier }: GraphQLOverWebSocket,
  params: Record<string, unknown>,
  extra: SocketExtra,
): Promise<Viewer | null> {
  const key = Object.keys(params).find((name) => name.toLowerCase() === "authorization");
  try {
    const token = readBearer(key === undefined ? null : params[key]);
    // graphql-ws keeps the parameters as long as the socket; a token is nobody's to find there.
    if (key !== undefined) delete params[key];
    return token === null ? null : await verifier.verify(token);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    if (error.code === "UNAVAILABLE") shut(extra, 1013, "Try again later");
    return null;
  }
}
