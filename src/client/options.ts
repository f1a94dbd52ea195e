type Token = string | null;

export interface ClientOptions {
  /** Of the GraphQL endpoint, such as https://rollcall.example.com/graphql; the socket's address follows from it. */
  readonly url: string;
  /** Sent as it is, without «Bearer». A function is asked for every request and every new socket; null is nobody. */
  readonly token?: Token | (() => Token | Promise<Token>);
  /** The WebSocket class, where there is none built in: Node before 22 takes `ws`. */
  readonly webSocket?: unknown;
  /** How often in a row a lost socket is tried again, its subscriptions with it; 5 unless told. */
  readonly retries?: number;
}

/** What a request or a new socket sends about who asks. */
export function bearerOf(token: ClientOptions["token"] = null): () => Promise<Record<string, string>> {
  return async (): Promise<Record<string, string>> => {
    const current = typeof token === "function" ? await token() : token;
    return current === null ? {} : { authorization: `Bearer ${current}` };
  };
}

export const socketUrl = (url: string): string => url.replace(/^http/, "ws");
