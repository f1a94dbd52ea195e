import { createClient as createSocketClient } from "graphql-ws/client";
import { Client, fetchExchange, mapExchange, type OperationResult, subscriptionExchange } from "urql";
import { BackOff } from "../../src/client/back-off.ts";
import { resubscribing, type ResubscribingClient } from "../../src/client/resubscribe.ts";
import { closeOnPongTimeout } from "../../src/client/options.ts";
import type { Store } from "../store.ts";
import { normalised } from "./cache.ts";
import { fetchAs } from "./http.ts";
import { hear } from "./heard.ts";
import { Link, type LinkState } from "./link.ts";
import { isUnanswered } from "./problems.ts";
import { expire, signedIn } from "./sign-in.ts";
import { refresh } from "./steady.ts";

/** All that one person who is signed in needs of the server. */
export interface Connection {
  readonly urql: Client;
  readonly link: Store<LinkState>;
  /** Looks after the browser's own news of the network. The returned function ends all. */
  run(): () => void;
}

/** The server closes with 4403 on a token that it does not, or no longer, accept. */
const REFUSED = 4403;
/** Sooner than somebody who attends: here somebody looks. */
const PING_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

export const currentToken = (): string => signedIn.get()?.token ?? "";

export function connect(): Connection {
  const link = new Link();
  const backOff = new BackOff();
  const socket = openSocket(link, backOff);
  const urql = new Client({
    url: `${location.origin}/graphql`,
    preferGetMethod: false,
    fetch: (input, init) => fetchAs(currentToken(), input, init),
    exchanges: [
      normalised(),
      mapExchange({ onResult: (result) => watchAnswer(result, link, socket) }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query: query ?? "", variables }, sink) }),
        }),
      }),
    ],
  });
  return {
    urql,
    link: link.state,
    run() {
      const offline = () => socket.terminate();
      const online = () => {
        backOff.wake();
        socket.retryNow();
      };
      addEventListener("offline", offline);
      addEventListener("online", online);
      return () => {
        removeEventListener("offline", offline);
        removeEventListener("online", online);
        void socket.dispose();
      };
    },
  };
}

/** Without an answer what is shown may be out of date, also while the socket is open. The first one after that asks for all again. */
function watchAnswer({ operation, error }: OperationResult, link: Link, socket: ResubscribingClient): void {
  if (operation.kind === "subscription" && error === undefined) return hear();
  if (operation.kind !== "query") return;
  if (error !== undefined && isUnanswered(error)) return link.lost("answers");
  hear();
  if (!link.regained("answers")) return;
  socket.retryNow();
  refresh();
}

function openSocket(link: Link, backOff: BackOff): ResubscribingClient {
  let token = "";
  const client = createSocketClient({
    url: `${location.origin.replace(/^http/, "ws")}/graphql`,
    connectionParams: () => {
      token = currentToken();
      return { authorization: `Bearer ${token}` };
    },
    keepAlive: PING_MS,
    retryAttempts: Infinity,
    shouldRetry: (problem) => !(isClose(problem) && problem.code === REFUSED),
    retryWait: () => backOff.wait(),
    on: {
      connected() {
        backOff.reset();
        link.regained("socket");
      },
      closed(event) {
        link.lost("socket");
        if (isClose(event) && event.code === REFUSED) expire(token);
      },
    },
  });
  closeOnPongTimeout(client, PONG_WITHIN_MS);
  return resubscribing(client, {
    onLost: (id) => link.lost(id),
    onSettled: (id) => link.regained(id),
  });
}

function isClose(problem: unknown): problem is { readonly code: number } {
  return typeof problem === "object" && problem !== null && "code" in problem;
}
