import type { IncomingMessage, ServerResponse } from "node:http";
import { type CORSOptions, createYoga } from "graphql-yoga";
import type { GraphQLSchema } from "graphql";
import type { Context, Origin } from "../../graphql/execution/context.ts";
import type { Documents } from "../../graphql/execution/documents.ts";
import type { ErrorFormatter } from "../../graphql/execution/errors.ts";
import { type Admission, answerRefusal } from "./admission.ts";
import { createGraphiQLPage, graphiqlOptions } from "../graphiql/page.ts";
import type { Tour } from "../graphiql/tour.ts";
import type { Operations } from "../operations.ts";
import type { Origins } from "./origins.ts";
import type { Log } from "../../services/shared/ports.ts";
import { requestIdOf } from "./headers.ts";
import { takeIn } from "./request.ts";
import type { FairScheduler } from "../quotas/fair-scheduler.ts";
import { Streams } from "./streams.ts";
import { type Arrived, useDocuments, useHeaders, useJsonOnly, useOperations, useStatus } from "./yoga-plugins.ts";

export interface GraphQLOverHttp {
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  readonly context: (origin: Origin) => Context;
  readonly formatError: ErrorFormatter;
  readonly operations: Operations;
  /** Told the code of what is refused before it is an operation. */
  readonly refused: (code: string) => void;
  readonly documents: Documents;
  readonly shares: FairScheduler;
  readonly corsOrigins: readonly string[];
  readonly origins: Origins;
  readonly log: Log;
  /** Says in a header why a token is refused. */
  readonly development: boolean;
  /** What GraphiQL opens with; null is no GraphiQL. */
  readonly graphiql: (() => Tour) | null;
  /** GraphiQL finds development tokens here. */
  readonly offersTokens: boolean;
  /** The most bytes that a body may have. */
  readonly maxBytes: number;
  /** The most subscriptions that one person may run over SSE. */
  readonly maxStreams: number;
  readonly clock: { now(): number };
}

/** @param arrivedAt when the request arrived, at the earliest: it may have waited for the answer to another one */
export type GraphQLHandler = (req: IncomingMessage, res: ServerResponse, arrivedAt: number) => Promise<void>;

/** GraphQL over HTTP, and subscriptions over SSE, at /graphql. */
export function createHttpHandler(deps: GraphQLOverHttp): GraphQLHandler {
  const tour = deps.graphiql;
  const yoga = createYoga<Arrived>({
    schema: deps.schema,
    graphqlEndpoint: "/graphql",
    context: ({ request, requestId, viewer, usage, arrivedAt }) => {
      const traceparent = request.headers.get("traceparent");
      return deps.context({ viewer, socketId: null, requestId, traceparent, usage, arrivedAt });
    },
    maskedErrors: { maskError: (error) => deps.formatError(error) },
    graphiql: tour !== null && (() => graphiqlOptions(tour())),
    renderGraphiQL: createGraphiQLPage(deps),
    landingPage: false,
    multipart: false,
    batching: false,
    // Ours has been read by then; Yoga's own limit would send it through two more streams.
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    cors: corsFor(deps.corsOrigins),
    // What clients did wrong is theirs to know; what went wrong here formatError reports.
    logging: false,
    plugins: [
      useJsonOnly(deps.refused),
      useDocuments(deps),
      useOperations(deps.operations, deps.shares, new Streams(deps.clock, deps.maxStreams)),
      useStatus(),
      useHeaders(),
    ],
  });
  return async (req, res, arrivedAt) => {
    const requestId = requestIdOf(req);
    res.setHeader("x-request-id", requestId);
    deps.origins.admits(req); // what is not gets no CORS headers below, and is logged here
    const { origin } = req.headers;
    const isOfAllowed = origin !== undefined && deps.corsOrigins.includes(origin);
    if (req.method === "OPTIONS") return answerPreflight(res, isOfAllowed ? origin : null);
    const admitted = await deps.admission.admit(req, requestId);
    const { viewer, usage } = admitted;
    // Nothing of what comes on top is read. A wrong token is answered after its request.
    const isUnread = admitted.refusal?.headers?.["connection"] === "close";
    const refused = isUnread ? admitted.refusal : ((await takeIn(req, deps.maxBytes)) ?? admitted.refusal);
    usage.goesOn();
    if (refused === null) return void (await yoga(req, res, { requestId, viewer, usage, arrivedAt }));
    if (refused !== admitted.refusal) deps.refused(refused.code);
    if (isOfAllowed) {
      res.setHeader("access-control-allow-origin", origin);
      res.setHeader("access-control-expose-headers", EXPOSED.join(", "));
    }
    answerRefusal(res, refused);
  };
}

/** What a page of another origin may read beside the answer itself. */
const EXPOSED = ["x-request-id"];
const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers": "authorization, content-type, x-request-id, traceparent",
  // Two hours, the most that browsers take: they ask seldom.
  "access-control-max-age": "7200",
};

/**
 * Answers what a browser asks before a request, at once: it brings no token along, and a turn of an account that strangers
 * share would let them keep every page of another origin waiting. The answer takes less than a turn.
 * @param origin null: not an allowed one
 */
function answerPreflight(res: ServerResponse, origin: string | null): void {
  if (origin === null) res.writeHead(405, { allow: "GET, POST" });
  else res.writeHead(204, { ...PREFLIGHT, "access-control-allow-origin": origin, vary: "origin" });
  res.end();
}

/** To those of other origins nothing is said at all. Yoga would say "null", which is the origin of frames that are kept apart. */
function corsFor(origins: readonly string[]): CORSOptions | ((request: Request) => CORSOptions) {
  if (origins.length === 0) return false;
  return (request) => {
    const origin = request.headers.get("origin");
    if (origin === null || !origins.includes(origin)) return false;
    return { origin, exposedHeaders: EXPOSED, credentials: false };
  };
}
