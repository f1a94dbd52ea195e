import { GraphQLError, type GraphQLSchema } from "graphql";
import { type ConnectionInitMessage, makeServer, type Server } from "graphql-ws";
import type { TokenVerifier } from "../auth/tokens.ts";
import type { Viewer } from "../auth/viewer.ts";
import { RollcallError } from "../domain/errors.ts";
import type { Context, Origin } from "../graphql/context.ts";
import type { Documents } from "../graphql/documents.ts";
import type { ErrorFormatter } from "../graphql/errors.ts";
import type { Counts } from "./counts.ts";
import { at } from "./expiry.ts";
import type { Log } from "../services/ports.ts";
import { authenticate } from "./hello.ts";
import { nestsTooDeeply } from "./nesting.ts";
import type { Operations } from "./operations.ts";
import { FLAT_UP_TO_MS, type LoopMeter, RequestUsage } from "./meter.ts";
import { refusalTakes, sharerOf, type Shares } from "./shares.ts";
import { answering, shut, type SocketExtra } from "./socket.ts";
import { startSubscription } from "./subscriptions.ts";
import { isHeartbeat, type Turn } from "./turns.ts";

/** What the messages of a socket need. */
export interface ProtocolParts {
  readonly log: Log;
  readonly schema: GraphQLSchema;
  readonly verifier: TokenVerifier;
  readonly context: (origin: Origin) => Context;
  readonly formatError: ErrorFormatter;
  readonly operations: Operations;
  readonly documents: Documents;
  readonly shares: Shares;
  readonly meter: LoopMeter;
  readonly clock: { now(): number };
  readonly limits: {
    /** Subscriptions of one socket. */
    readonly subscriptions: number;
    /** Sockets of one user; services have no limit. */
    readonly sockets: number;
  };
}

type Call = Context & { readonly extra: SocketExtra; readonly turn: Turn };

/** How long a socket may take to say who it is, in milliseconds. */
const INIT_WITHIN_MS = 3_000;
/** Characters of an operation's id, which every one of its results repeats. */
const LONGEST_OPERATION_ID = 256;
/** Of the event loop, once it is read; a heartbeat that is taken costs next to nothing. */
const OPERATION_TAKES_MS = 0.5;
/** Of the event loop, and what the system takes for it: a socket that is taken in, says hello and goes. */
const SOCKET_TAKES_MS = 0.5;

/**
 * What is said over a socket: hellos, and operations.
 * @param socketsOf how many sockets each person has, which a hello adds to
 */
export function createProtocol(deps: ProtocolParts, socketsOf: Counts): Server<SocketExtra> {
  const { schema, documents, formatError, operations, clock, limits, shares } = deps;
  return makeServer<ConnectionInitMessage["payload"], SocketExtra>({
    connectionInitWaitTimeout: INIT_WITHIN_MS,
    async onConnect({ connectionParams, extra }) {
      const viewer = await authenticate(deps, connectionParams ?? {}, extra);
      if (viewer === null) {
        // Refused when it is the turn of all who are unknown, whose account pays, and at once where too many wait.
        await took(shares, null, refusalTakes([]));
        return false;
      }
      const theirs = socketsOf.of(viewer.id);
      if (theirs >= limits.sockets && !viewer.roles.has("service")) {
        shut(extra, 1013, "Too many sockets");
        return false;
      }
      if (extra.socket.readyState !== extra.socket.OPEN) return false;
      extra.viewer = viewer;
      socketsOf.add(viewer.id);
      // A token's end is its socket's end.
      extra.forget = at(clock, viewer.expiresAt, () => shut(extra, 4403, "Token expired"));
      // Last: whatever is waited for meanwhile, it counts as theirs already.
      if (await took(shares, viewer)) return true;
      shut(extra, 1013, "Try again later");
      return false;
    },
    onSubscribe({ extra }, id, payload) {
      if (id.length > LONGEST_OPERATION_ID)
        return [badInput(`The id of an operation has at most ${LONGEST_OPERATION_ID} characters.`)];
      if (nestsTooDeeply(payload)) return [badInput("The operation is nested too deeply.")];
      const { document, errors } = documents(payload.query);
      if (document === null || errors.length > 0) {
        shares.spend(sharerOf(extra.viewer), refusalTakes(errors));
        return errors;
      }
      const isLight = isHeartbeat(document, payload.operationName);
      if (isLight) extra.turn.light();
      // A heartbeat takes less than it would take to measure it.
      const sharer = sharerOf(extra.viewer);
      const usage = isLight ? null : new RequestUsage(deps.meter, shares, sharer);
      if (usage !== null) {
        shares.spend(sharer, OPERATION_TAKES_MS);
        usage.prepaid(FLAT_UP_TO_MS);
      }
      const requestId = `${extra.id}/${(extra.operations += 1)}`;
      const context = deps.context({ viewer: extra.viewer, socketId: extra.id, requestId, traceparent: null, usage });
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
      const sharer = sharerOf(extra.viewer);
      try {
        const result = await operations.execute(args, "websocket");
        if (result.errors !== undefined) shares.spend(sharer, refusalTakes(result.errors));
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
}

/** Waits for a turn of a hello. @returns false: so many wait already that it gets none */
async function took(shares: Shares, viewer: Viewer | null, more = 0): Promise<boolean> {
  try {
    await shares.take(sharerOf(viewer), SOCKET_TAKES_MS + more);
    return true;
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    return false;
  }
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}
