import { type Client as SocketClient, createClient as createSocketClient } from "graphql-ws/client";
import { Client, fetchExchange, subscriptionExchange } from "urql";
import { BackOff } from "../../src/client/back-off.ts";
import { endWhenSilent } from "../../src/client/silence.ts";
import { createStore, type Store } from "../store.ts";
import { normalised } from "./cache.ts";
import { fetchAs, hear } from "./http.ts";
import { expire, signedIn } from "./sign-in.ts";

/** How the server is reached: `away` is tried again until it is back. */
export type Link = "connecting" | "live" | "away";

/** All that one person who is signed in needs of the server. */
export interface Connection {
  readonly urql: Client;
  readonly link: Store<Link>;
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
  const link = createStore<Link>("connecting");
  const backOff = new BackOff();
  const socket = openSocket(link, backOff);
  const urql = new Client({
    url: `${location.origin}/graphql`,
    preferGetMethod: false,
    fetch: (input, init) => fetchAs(currentToken(), input, init),
    exchanges: [
      normalised(),
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
    link,
    run() {
      const offline = () => socket.terminate();
      const online = () => backOff.wake();
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

function openSocket(link: Store<Link>, backOff: BackOff): SocketClient {
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
        link.set("live");
      },
      message: hear,
      closed(event) {
        link.set("away");
        if (isClose(event) && event.code === REFUSED) expire(token);
      },
    },
  });
  endWhenSilent(client, PONG_WITHIN_MS);
  return client;
}

function isClose(problem: unknown): problem is { readonly code: number } {
  return typeof problem === "object" && problem !== null && "code" in problem;
}
