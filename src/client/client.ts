import { createClient as createSocketClient } from "graphql-ws/client";
import { RollcallRequestError, type ServerError, unanswered } from "./errors.ts";
import type { TypedDocumentString } from "./generated/graphql.ts";
import { bearerOf, type ClientOptions, closeOnPongTimeout, opening, PING_MS } from "./options.ts";
import { resubscribing } from "./resubscribe.ts";
import { dataOf, type Operation, results } from "./results.ts";

export interface RequestOptions {
  /**
   * `socket`: over the WebSocket that subscriptions use, so that a `connect` lives and ends with that socket. Between
   * operations the socket stays open only while a subscription runs.
   */
  readonly over?: "http" | "socket";
}

/** Variables may be left out where an operation needs none. */
type Given<V> = Record<string, never> extends V ? [variables?: V, options?: RequestOptions] : [V, RequestOptions?];

export interface RollcallClient {
  /** Answers a query or a mutation. @throws RollcallRequestError, with UNAVAILABLE when nobody answered */
  request<T, V>(document: TypedDocumentString<T, V>, ...given: Given<V>): Promise<T>;
  /**
   * Starts a subscription at once; leaving the loop ends it. Errors that may pass are tried again, `retries` times in a
   * row; the first event after that is the whole state. The loop throws RollcallRequestError.
   */
  subscribe<T, V>(document: TypedDocumentString<T, V>, variables: V): AsyncIterableIterator<T, undefined>;
  /** Closes the socket. */
  close(): void;
}

export function createClient(options: ClientOptions): RollcallClient {
  const { url, token, retries = 5 } = options;
  const bearer = bearerOf(token);
  const socket = resubscribing(
    createSocketClient({ ...opening(options), retryAttempts: retries, keepAlive: PING_MS }),
    { retries },
  );
  closeOnPongTimeout(socket);
  return {
    async request<T, V>(document: TypedDocumentString<T, V>, ...[variables, options = {}]: Given<V>): Promise<T> {
      const operation = operationOf(document, variables);
      if (options.over !== "socket") return post<T>(url, await bearer(), operation);
      const { value } = await results<T>(socket, operation).next();
      if (value === undefined) throw unanswered("The socket was closed before the answer came.");
      return value;
    },
    subscribe: (document, variables) => results(socket, operationOf(document, variables)),
    close: () => void socket.dispose(),
  };
}

function operationOf<T, V>(document: TypedDocumentString<T, V>, variables: V | undefined): Operation {
  return { query: document.toString(), variables: variables as Operation["variables"] };
}

async function post<T>(url: string, bearer: Record<string, string>, operation: Operation): Promise<T> {
  let answer: { data?: T | null; errors?: ServerError[] };
  try {
    const headers = { ...bearer, "content-type": "application/json", accept: "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(operation) });
    answer = (await response.json()) as typeof answer;
  } catch (error) {
    throw unanswered("No answer from the server.", error);
  }
  return dataOf(answer);
}

export { type ClientOptions, RollcallRequestError, type ServerError };
