import {
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type Source,
} from "graphql";
import type { Plugin, YogaInitialContext } from "graphql-yoga";
import { readBearer } from "../auth/bearer.ts";
import type { TokenVerifier } from "../auth/tokens.ts";
import type { Viewer } from "../auth/viewer.ts";
import { isRetryable, RollcallError } from "../domain/errors.ts";
import type { Context } from "../graphql/context.ts";
import type { Documents } from "../graphql/documents.ts";
import type { ErrorFormatter } from "../graphql/errors.ts";
import { HEADERS, PAGE_POLICY } from "./headers.ts";
import type { Operations, Results } from "./operations.ts";
import { READING_WEIGHS, refusalTakes, sharerOf, type Shares } from "./shares.ts";
import type { Streams } from "./streams.ts";

/** Of the event loop, all in all: reading its headers and writing its answer are most of it. */
const REQUEST_TAKES_MS = 0.5;
/** All whose requests have no token. */
const NOBODY = {};

/** Anything but application/json could be sent by a foreign page's form without the browser asking first. */
export function useJsonOnly(refused: (code: string) => void): Plugin {
  return {
    onRequest(hook) {
      const { request, fetchAPI } = hook;
      const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
      if (request.method === "POST" && type !== "application/json") {
        refused("BAD_USER_INPUT");
        hook.endResponse(refusal(fetchAPI, 415, "BAD_USER_INPUT", "Send application/json."));
      }
    },
  };
}

/** No token is an anonymous viewer; a wrong one is refused before anything is read. */
export function useViewer(
  verifier: TokenVerifier,
  viewers: WeakMap<Request, Viewer | null>,
  refused: (code: string) => void,
): Plugin {
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
        refused(error.code);
        hook.endResponse(refusal(fetchAPI, unavailable ? 503 : 401, error.code, error.message, headers));
      }
    },
  };
}

/** Nobody's requests take all of the server. */
export function useShares(shares: Shares, viewers: WeakMap<Request, Viewer | null>): Plugin {
  return {
    async onRequest({ request }) {
      const viewer = viewers.get(request);
      if (viewer !== undefined) await shares.take(sharerOf(viewer, NOBODY), REQUEST_TAKES_MS);
    },
  };
}

/** What validation found, for the step that says so. */
interface Mistakes {
  readonly mistakes?: readonly GraphQLError[];
}

/** Operations are parsed and validated where those over WebSocket are, once for each text. */
export function useDocuments(
  { documents, shares, formatError }: { documents: Documents; shares: Shares; formatError: ErrorFormatter },
  viewers: WeakMap<Request, Viewer | null>,
): Plugin<Mistakes> {
  return {
    onParse({ params, setParsedDocument, context, extendContext }) {
      const { request, params: operation } = context as Partial<YogaInitialContext>;
      const source = params.source as string | Source;
      const text = typeof source === "string" ? source : source.body;
      const viewer = (request !== undefined && viewers.get(request)) || null;
      const sharer = sharerOf(viewer, NOBODY);
      const checked = shares.run(sharer, () => documents(text), READING_WEIGHS);
      if (checked.errors.length > 0) shares.spend(sharer, refusalTakes(checked.errors));
      if (checked.document === null) throw checked.errors[0] as GraphQLError;
      setParsedDocument(checked.document);
      // Not in a WeakMap: mistakes that lead to their document would keep it until V8 looks for garbage everywhere.
      extendContext({ mistakes: checked.errors });
      // A link must not keep a stream open; that it may not change anything Yoga sees to.
      const asked = getOperationAST(checked.document, operation?.operationName)?.operation;
      if (request?.method === "GET" && asked === OperationTypeNode.SUBSCRIPTION) {
        const http = { status: 405, headers: { allow: "POST" } };
        throw new GraphQLError("Subscribe by POST, or over WebSocket.", {
          extensions: { code: "BAD_USER_INPUT", http },
        });
      }
    },
    onValidate({ context, setResult }) {
      setResult((context.mistakes ?? []).map((error) => formatError(error)));
    },
  };
}

/** Operations run where those over WebSocket do. What Yoga's own masking gets to see after that is formatted already. */
export function useOperations(operations: Operations, shares: Shares, streams: Streams): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(async (args: ExecutionArgs) => {
        const result = await operations.execute(args, "http");
        const { viewer } = args.contextValue as Context;
        if (result.errors !== undefined) shares.spend(sharerOf(viewer, NOBODY), refusalTakes(result.errors));
        return result;
      });
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      const subscribe = subscribeFn as (args: ExecutionArgs) => Promise<ExecutionResult | Results>;
      setSubscribeFn((args: ExecutionArgs) => operations.subscribe(args, "http", () => streams.start(args, subscribe)));
    },
  };
}

/**
 * What could not run is 400 where the answer's type says that it follows the GraphQL over HTTP specification, and 200 as
 * plain JSON; errors that know a status of their own keep it.
 */
export function useStatus(): Plugin {
  return {
    onResultProcess({ result }) {
      if (!("errors" in result) || result.data !== undefined) return;
      for (const { extensions } of result.errors ?? []) extensions["http"] ??= { spec: true, status: 400 };
    },
  };
}

/** Yoga says how its streams may be cached, and the page that is shown has a policy of its own. */
export function useHeaders(): Plugin {
  return {
    onResponse({ response: { headers } }) {
      if (headers.has("cache-control")) headers.set("cache-control", HEADERS["cache-control"] ?? "");
      if (headers.get("content-type")?.startsWith("text/html")) headers.set("content-security-policy", PAGE_POLICY);
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
  return fetchAPI.Response.json(
    { errors: [{ message, extensions: { code, retryable: isRetryable(code) } }] },
    { status, headers },
  );
}
