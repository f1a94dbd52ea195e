import type { Client } from "graphql-ws/client";

type Token = string | null;

export interface ClientOptions {
  /** Of the GraphQL endpoint, such as https://rollcall.example.com/graphql; the socket's address follows from it. */
  readonly url: string;
  /** Sent as it is, without "Bearer". A function is asked for every request and every new socket; null is nobody. */
  readonly token?: Token | (() => Token | Promise<Token>);
  /** The WebSocket class, where there is none built in: Node before 22 takes `ws`. */
  readonly webSocket?: unknown;
  /**
   * How often in a row a lost socket is opened again, and a subscription that ended with UNAVAILABLE, RATE_LIMITED or
   * another error that may pass is started again; 5 unless given.
   */
  readonly retries?: number;
}

type Bearer = Record<string, string>;

/** What a request or a new socket sends about who asks. */
export function bearerOf(token: ClientOptions["token"] = null): () => Promise<Bearer> {
  return async (): Promise<Bearer> => {
    const current = typeof token === "function" ? await token() : token;
    return current === null ? {} : { authorization: `Bearer ${current}` };
  };
}

/** How a socket is opened: its token is asked for before, because the server waits 3 s for it and fetching may take longer. */
export function opening({ url, token, webSocket }: ClientOptions) {
  const bearer = bearerOf(token);
  let asked: Promise<Bearer> = Promise.resolve({});
  return {
    webSocketImpl: webSocket,
    async url(): Promise<string> {
      asked = bearer();
      // Thrown where the token is sent: here graphql-ws would never learn of it.
      await Promise.allSettled([asked]);
      return url.replace(/^http/, "ws");
    },
    connectionParams: () => asked,
  };
}

/** A client pings after so many milliseconds; together with the time for the answer that is less than the lease of 35 s. */
export const PING_MS = 15_000;
const PONG_WITHIN_MS = 10_000;

/**
 * Ends a socket whose network has gone without a word: browsers show a page none of the server's own pings, and keep a
 * dead socket open for minutes. The client must have a `keepAlive`.
 */
export function closeOnPongTimeout(client: Client, pongWithinMs = PONG_WITHIN_MS): void {
  let patience: ReturnType<typeof setTimeout> | undefined;
  client.on("ping", (received) => {
    if (!received) patience = setTimeout(() => client.terminate(), pongWithinMs);
  });
  client.on("pong", (received) => {
    if (received) clearTimeout(patience);
  });
  client.on("closed", () => clearTimeout(patience));
}
