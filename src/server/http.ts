import type { IncomingMessage, ServerResponse } from "node:http";
import { createYoga, type Plugin, type YogaInitialContext } from "graphql-yoga";
import { getOperationAST, GraphQLError, type GraphQLSchema, OperationTypeNode, type Source } from "graphql";
import { readBearer } from "../auth/bearer.ts";
import type { TokenVerifier } from "../auth/tokens.ts";
import type { Viewer } from "../auth/viewer.ts";
import { RollcallError } from "../domain/errors.ts";
import type { Context } from "../graphql/context.ts";
import type { Documents } from "../graphql/documents.ts";
import type { ErrorFormatter } from "../graphql/errors.ts";
import { GRAPHIQL_OPTIONS, renderGraphiQL } from "./graphiql.ts";
import { takeIn } from "./request.ts";

export interface GraphQLOverHttp {
  readonly schema: GraphQLSchema;
  readonly verifier: TokenVerifier;
  readonly context: (viewer: Viewer | null, socketId: string | null) => Context;
  readonly formatError: ErrorFormatter;
  readonly documents: Documents;
  readonly corsOrigins: readonly string[];
  readonly graphiql: boolean;
  /** The most bytes that a body may have. */
  readonly maxBytes: number;
}

/** GraphQL over HTTP, and subscriptions over SSE, at /graphql. */
export function createHttpHandler(deps: GraphQLOverHttp): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const viewers = new WeakMap<Request, Viewer | null>();
  const yoga = createYoga({
    schema: deps.schema,
    graphqlEndpoint: "/graphql",
    context: ({ request }) => deps.context(viewers.get(request) ?? null, null),
    maskedErrors: { maskError: (error) => deps.formatError(error) },
    graphiql: deps.graphiql ? GRAPHIQL_OPTIONS : false,
    renderGraphiQL,
    landingPage: false,
    multipart: false,
    batching: false,
    parserAndValidationCache: false,
    cors: corsFor(deps.corsOrigins),
    // What clients did wrong is theirs to know; what went wrong here formatError reports.
    logging: false,
    plugins: [useJsonOnly(), useViewer(deps.verifier, viewers), useDocuments(deps.documents)],
  });
  return async (req, res) => {
    const refused = await takeIn(req, deps.maxBytes);
    if (refused === null) return void (await yoga(req, res));
    res.writeHead(refused.status, { "content-type": "application/json", connection: "close" });
    res.end(JSON.stringify({ errors: [{ message: refused.message, extensions: { code: refused.code } }] }));
  };
}

/** Without an origin of another's nothing is said at all: to Yoga an empty list means everybody. */
function corsFor(origins: readonly string[]) {
  if (origins.length === 0) return false;
  const allowedHeaders = ["authorization", "content-type"];
  return { origin: [...origins], methods: ["GET", "POST", "OPTIONS"], allowedHeaders, credentials: false };
}

/** Anything but application/json could be sent by a foreign page's form without the browser asking first. */
function useJsonOnly(): Plugin {
  return {
    onRequest(hook) {
      const { request, fetchAPI } = hook;
      const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
      if (request.method === "POST" && type !== "application/json") {
        hook.endResponse(refusal(fetchAPI, 415, "BAD_USER_INPUT", "Send application/json."));
      }
    },
  };
}

/** No token is an anonymous viewer; a wrong one is refused before anything is read. */
function useViewer(verifier: TokenVerifier, viewers: WeakMap<Request, Viewer | null>): Plugin {
  return {
    async onRequest(hook) {
      const { request, fetchAPI } = hook;
      if (request.method === "OPTIONS") return;
      try {
        const token = readBearer(request.headers.get("authorization") ?? undefined);
        viewers.set(request, token === null ? null : await verifier.verify(token));
      } catch (error) {
        if (!(error instanceof RollcallError)) throw error;
        const unavailable = error.code === "UNAVAILABLE";
        const headers: Record<string, string> = unavailable ? { "retry-after": "1" } : { "www-authenticate": "Bearer" };
        hook.endResponse(refusal(fetchAPI, unavailable ? 503 : 401, error.code, error.message, headers));
      }
    },
  };
}

/** Operations are parsed and validated where those over WebSocket are, once for each text. */
function useDocuments(documents: Documents): Plugin {
  const errors = new WeakMap<object, readonly GraphQLError[]>();
  return {
    onParse({ params, setParsedDocument, context }) {
      const { request, params: operation } = context as Partial<YogaInitialContext>;
      const source = params.source as string | Source;
      const checked = documents(typeof source === "string" ? source : source.body);
      if (checked.document === null) throw checked.errors[0] as GraphQLError;
      setParsedDocument(checked.document);
      errors.set(checked.document, checked.errors);
      // A link must not keep a stream open; that it may not change anything Yoga sees to.
      const asked = getOperationAST(checked.document, operation?.operationName)?.operation;
      if (request?.method === "GET" && asked === OperationTypeNode.SUBSCRIPTION) {
        const http = { status: 405, headers: { allow: "POST" } };
        throw new GraphQLError("Subscribe by POST, or over WebSocket.", {
          extensions: { code: "BAD_USER_INPUT", http },
        });
      }
    },
    onValidate({ params, setResult }) {
      setResult([...(errors.get(params.documentAST as object) ?? [])]);
    },
  };
}

function refusal(
  fetchAPI: { Response: typeof Response },
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return fetchAPI.Response.json({ errors: [{ message, extensions: { code } }] }, { status, headers });
}
