import type { IncomingMessage, ServerResponse } from "node:http";
import { type CORSOptions, createYoga } from "graphql-yoga";
import type { GraphQLSchema } from "graphql";
import type { TokenVerifier } from "../auth/tokens.ts";
import type { Viewer } from "../auth/viewer.ts";
import { isRetryable } from "../domain/errors.ts";
import type { Context, Origin } from "../graphql/context.ts";
import type { Documents } from "../graphql/documents.ts";
import type { ErrorFormatter } from "../graphql/errors.ts";
import { graphiqlOptions, renderGraphiQL } from "./graphiql.ts";
import type { Tour } from "./graphiql-tour.ts";
import type { Operations } from "./operations.ts";
import { requestIdOf } from "./request-id.ts";
import { takeIn } from "./request.ts";
import type { Shares } from "./shares.ts";
import { Streams } from "./streams.ts";
import {
  useDocuments,
  useHeaders,
  useJsonOnly,
  useOperations,
  useShares,
  useStatus,
  useViewer,
} from "./yoga-plugins.ts";

export interface GraphQLOverHttp {
  readonly schema: GraphQLSchema;
  readonly verifier: TokenVerifier;
  readonly context: (origin: Origin) => Context;
  readonly formatError: ErrorFormatter;
  readonly operations: Operations;
  /** Told the code of what is refused before it is an operation. */
  readonly refused: (code: string) => void;
  readonly documents: Documents;
  readonly shares: Shares;
  readonly corsOrigins: readonly string[];
  /** What GraphiQL opens with; null is no GraphiQL. */
  readonly graphiql: (() => Tour) | null;
  /** The most bytes that a body may have. */
  readonly maxBytes: number;
  /** The most subscriptions that one person may run over SSE. */
  readonly maxStreams: number;
  readonly clock: { now(): number };
}

/** GraphQL over HTTP, and subscriptions over SSE, at /graphql. */
export function createHttpHandler(deps: GraphQLOverHttp): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const viewers = new WeakMap<Request, Viewer | null>();
  const tour = deps.graphiql;
  const yoga = createYoga<{ requestId: string }>({
    schema: deps.schema,
    graphqlEndpoint: "/graphql",
    context: ({ request, requestId }) => {
      const traceparent = request.headers.get("traceparent");
      return deps.context({ viewer: viewers.get(request) ?? null, socketId: null, requestId, traceparent });
    },
    maskedErrors: { maskError: (error) => deps.formatError(error) },
    graphiql: tour !== null && (() => graphiqlOptions(tour())),
    renderGraphiQL,
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
      useViewer(deps.verifier, viewers, deps.refused),
      useShares(deps.shares, viewers),
      useDocuments(deps, viewers),
      useOperations(deps.operations, deps.shares, new Streams(deps.clock, deps.maxStreams)),
      useStatus(),
      useHeaders(),
    ],
  });
  return async (req, res) => {
    const requestId = requestIdOf(req);
    res.setHeader("x-request-id", requestId);
    const refused = await takeIn(req, deps.maxBytes);
    if (refused === null) return void (await yoga(req, res, { requestId }));
    deps.refused(refused.code);
    const { origin } = req.headers;
    if (origin !== undefined && deps.corsOrigins.includes(origin)) {
      res.setHeader("access-control-allow-origin", origin);
      res.setHeader("access-control-expose-headers", EXPOSED.join(", "));
    }
    res.writeHead(refused.status, { "content-type": "application/json", connection: "close" });
    const extensions = { code: refused.code, retryable: isRetryable(refused.code) };
    res.end(JSON.stringify({ errors: [{ message: refused.message, extensions }] }));
  };
}

/** What a page of another origin may read beside the answer itself. */
const EXPOSED = ["x-request-id"];

/** To those of other origins nothing is said at all. Yoga would say "null", which is the origin of frames that are kept apart. */
function corsFor(origins: readonly string[]): CORSOptions | ((request: Request) => CORSOptions) {
  if (origins.length === 0) return false;
  const allowedHeaders = ["authorization", "content-type", "x-request-id", "traceparent"];
  const methods = ["GET", "POST", "OPTIONS"];
  return (request) => {
    const origin = request.headers.get("origin");
    if (origin === null || !origins.includes(origin)) return false;
    return { origin, methods, allowedHeaders, exposedHeaders: EXPOSED, credentials: false };
  };
}
