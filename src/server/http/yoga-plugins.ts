import {
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type Source,
} from "graphql";
import type { Plugin, YogaInitialContext } from "graphql-yoga";
import type { Viewer } from "../../auth/claims.ts";
import { isRetryable } from "../../domain/errors.ts";
import type { Context } from "../../graphql/execution/context.ts";
import type { Documents } from "../../graphql/execution/documents.ts";
import type { ErrorFormatter } from "../../graphql/execution/errors.ts";
import { HEADERS, PAGE_POLICY } from "./headers.ts";
import type { RequestUsage } from "../quotas/usage-meter.ts";
import type { Operations, Results } from "../operations.ts";
import { PARSE_COST_FACTOR, refusalCost, principalOf, type FairScheduler } from "../quotas/fair-scheduler.ts";
import type { Streams } from "./streams.ts";

/** What is known of a request when Yoga gets it. */
export interface Arrived {
  readonly requestId: string;
  readonly viewer: Viewer | null;
  readonly usage: RequestUsage;
  /** When its headers were read. */
  readonly arrivedAt: number;
}

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

/** What validation found, for the step that says so. */
interface Mistakes {
  readonly mistakes?: readonly GraphQLError[];
}

/** Operations are parsed and validated where those over WebSocket are, once for each text. */
export function useDocuments(deps: {
  readonly documents: Documents;
  readonly shares: FairScheduler;
  readonly formatError: ErrorFormatter;
}): Plugin<Mistakes> {
  const { documents, shares, formatError } = deps;
  return {
    onParse({ params, setParsedDocument, context, extendContext }) {
      const { request, params: operation, viewer, usage } = context as unknown as YogaInitialContext & Arrived;
      const source = params.source as string | Source;
      const text = typeof source === "string" ? source : source.body;
      const checked = usage.run(() => documents(text), PARSE_COST_FACTOR);
      if (checked.errors.length > 0) shares.charge(principalOf(viewer), refusalCost(checked.errors));
      if (checked.document === null) throw checked.errors[0] as GraphQLError;
      setParsedDocument(checked.document);
      // Not in a WeakMap: mistakes that lead to their document would keep it until V8 looks for garbage everywhere.
      extendContext({ mistakes: checked.errors });
      // A link must not keep a stream open; that it may not change anything Yoga sees to.
      const asked = getOperationAST(checked.document, operation?.operationName)?.operation;
      if (request.method === "GET" && asked === OperationTypeNode.SUBSCRIPTION) {
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
export function useOperations(operations: Operations, shares: FairScheduler, streams: Streams): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(async (args: ExecutionArgs) => {
        const result = await operations.execute(args, "http");
        const { viewer } = args.contextValue as Context;
        if (result.errors !== undefined) shares.charge(principalOf(viewer), refusalCost(result.errors));
        return result;
      });
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      const subscribe = subscribeFn as (args: ExecutionArgs) => Promise<ExecutionResult | Results>;
      setSubscribeFn((args: ExecutionArgs) => operations.subscribe(args, "http", () => streams.start(args, subscribe)));
    },
  };
}

const TOO_MANY = { status: 429, headers: { "retry-after": "1" } };

/**
 * What could not run because too much of the same user's waits already is 429. What else could not run is 400 where the answer's type says that it follows the GraphQL over HTTP specification, and 200 as
 * plain JSON; errors that know a status of their own keep it.
 */
export function useStatus(): Plugin {
  return {
    onResultProcess({ result }) {
      if (!("errors" in result) || result.data !== undefined) return;
      for (const { extensions } of result.errors ?? []) {
        extensions["http"] ??= extensions["code"] === "RATE_LIMITED" ? TOO_MANY : { spec: true, status: 400 };
      }
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
