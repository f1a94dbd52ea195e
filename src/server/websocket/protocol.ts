import { GraphQLError, type GraphQLSchema } from "graphql";
import { type ConnectionInitMessage, makeServer, type Server } from "graphql-ws";
import type { TokenVerifier } from "../../auth/tokens.ts";
import type { Viewer } from "../../auth/claims.ts";
import { RollcallError } from "../../domain/errors.ts";
import type { Context, Origin } from "../../graphql/execution/context.ts";
import type { Documents } from "../../graphql/execution/documents.ts";
import type { ErrorFormatter } from "../../graphql/execution/errors.ts";
import type { Counter } from "../quotas/concurrency-limit.ts";
import { runAt } from "../../timers.ts";
import type { Log } from "../../services/shared/ports.ts";
import { nestsTooDeeply, type Operations } from "../operations.ts";
import { FLAT_UP_TO_MS, type LoopMeter, RequestUsage } from "../quotas/usage-meter.ts";
import { refusalCost, principalOf, type FairScheduler } from "../quotas/fair-scheduler.ts";
import { answering, closeSocket, type SocketExtra } from "./socket.ts";
import { startSubscription } from "./subscribe.ts";
import { isHeartbeat, type OperationSlot } from "./operation-queue.ts";
import { readBearer } from "../../auth/refusal.ts";
import { noteRefusal } from "../http/admission.ts";

/** What the messages of a socket need. */
export interface ProtocolParts {
  readonly log: Log;
  readonly schema: GraphQLSchema;
  readonly verifier: TokenVerifier;
  readonly context: (origin: Origin) => Context;
  readonly formatError: ErrorFormatter;
  readonly operations: Operations;
  readonly documents: Documents;
  readonly shares: FairScheduler;
  readonly meter: LoopMeter;
  readonly clock: { now(): number };
  readonly limits: {
    /** Subscriptions of one socket. */
    readonly subscriptions: number;
    /** Sockets of one user; services have no limit. */
    readonly sockets: number;
  };
}

type Call = Context & { readonly extra: SocketExtra; readonly turn: OperationSlot };

/** How long a socket may take to say who it is, in milliseconds. */
const INIT_WITHIN_MS = 3_000;
/** Characters of an operation's id, which every one of its results repeats. */
const MAX_OPERATION_ID = 256;
/** Of the event loop, once it is read; a heartbeat that is taken costs next to nothing. */
const OPERATION_TAKES_MS = 0.5;
/** Of the event loop, and what the system takes for it: a socket that is taken in, says hello and goes. */
const SOCKET_TAKES_MS = 0.5;

/**
 * What is said over a socket: hellos, and operations.
 * @param socketsOf how many sockets each person has, which a hello adds to
 */
export function createProtocol(deps: ProtocolParts, socketsOf: Counter): Server<SocketExtra> {
  const { schema, documents, formatError, operations, clock, limits, shares } = deps;
  return makeServer<ConnectionInitMessage["payload"], SocketExtra>({
    connectionInitWaitTimeout: INIT_WITHIN_MS,
    async onConnect({ connectionParams, extra }) {
      const viewer = await authenticate(deps, connectionParams ?? {}, extra);
      if (viewer === null) {
        // Refused when it is the turn of all who are unknown, whose account pays, and at once where too many wait.
        await took(shares, null, refusalCost([]));
        return false;
      }
      const theirs = socketsOf.of(viewer.id);
      if (theirs >= limits.sockets && !viewer.roles.has("service")) {
        closeSocket(extra, 1013, "Too many sockets");
        return false;
      }
      if (extra.socket.readyState !== extra.socket.OPEN) return false;
      extra.viewer = viewer;
      socketsOf.add(viewer.id);
      // A token's end is its socket's end.
      extra.cancelExpiry = runAt(clock, viewer.expiresAt, () => closeSocket(extra, 4403, "Token expired"));
      // Last: whatever is waited for meanwhile, it counts as theirs already.
      if (await took(shares, viewer)) return true;
      closeSocket(extra, 1013, "Try again later");
      return false;
    },
    onSubscribe({ extra }, id, payload) {
      if (id.length > MAX_OPERATION_ID)
        return [badInput(`The id of an operation has at most ${MAX_OPERATION_ID} characters.`)];
      if (nestsTooDeeply(payload)) return [badInput("The operation is nested too deeply.")];
      const { document, errors } = documents(payload.query);
      if (document === null || errors.length > 0) {
        shares.charge(principalOf(extra.viewer), refusalCost(errors));
        return errors;
      }
      const isLight = isHeartbeat(document, payload.operationName);
      if (isLight) extra.turn.markLight();
      // A heartbeat takes less than it would take to measure it.
      const principal = principalOf(extra.viewer);
      const usage = isLight ? null : new RequestUsage(deps.meter, shares, principal);
      if (usage !== null) {
        shares.charge(principal, OPERATION_TAKES_MS);
        usage.prepaid(FLAT_UP_TO_MS);
      }
      const requestId = `${extra.id}/${(extra.operations += 1)}`;
      const { arrivedAt } = extra.turn;
      const origin = { viewer: extra.viewer, socketId: extra.id, requestId, traceparent: null, usage, arrivedAt };
      const context = deps.context(origin);
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
      const principal = principalOf(extra.viewer);
      try {
        const result = await operations.execute(args, "websocket");
        if (result.errors !== undefined) shares.charge(principal, refusalCost(result.errors));
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
async function took(shares: FairScheduler, viewer: Viewer | null, more = 0): Promise<boolean> {
  try {
    await shares.take(principalOf(viewer), SOCKET_TAKES_MS + more);
    return true;
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    return false;
  }
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });
}

/** Who says hello with these parameters. Null: closed with 4403, or when the keys cannot be had, with 1013 for another try. */
export async function authenticate(
  { verifier, log }: { readonly verifier: TokenVerifier; readonly log: Log },
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
    noteRefusal(log, error, { socketId: extra.id });
    if (error.code === "UNAVAILABLE") closeSocket(extra, 1013, "Try again later");
    return null;
  }
}
