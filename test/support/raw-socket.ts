import { WebSocket } from "ws";

/** A WebSocket with no client library on it: what is sent is what the test says, and what comes is kept as it came. */
export interface RawSocket {
  readonly socket: WebSocket;
  /** How it was closed, once it is. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Frames that came and were not read yet. */
  readonly waiting: string[];
  /** Text goes as it is, anything else as JSON. */
  send: (message: unknown) => void;
  /** The next frame; rejects after 5 s, or when the socket closed before one came. */
  next(): Promise<string>;
  /** Says hello with a token, and waits for the answer. */
  hello(token: string | null): Promise<void>;
  /** All that an operation is answered with, up to its end; of a subscription, up to its first result. */
  ask(id: string, payload: { readonly query: string; readonly variables?: object }): Promise<string[]>;
}

const ANSWER_WITHIN_MS = 5_000;

/** Open when this resolves. @param url the http(s) address of GraphQL */
export async function rawSocket(
  url: string,
  options: { readonly protocol?: string; readonly headers?: Record<string, string> } = {},
): Promise<RawSocket> {
  const { protocol = "graphql-transport-ws", headers = {} } = options;
  const socket = new WebSocket(url.replace("http", "ws"), protocol, { headers });
  const waiting: string[] = [];
  let wake = () => {};
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  void closed.then(() => wake());
  socket.on("message", (data) => {
    waiting.push((data as Buffer).toString("utf8"));
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => undefined);

  const send = (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message));
  const next = async (): Promise<string> => {
    const deadline = Date.now() + ANSWER_WITHIN_MS;
    for (;;) {
      const frame = waiting.shift();
      if (frame !== undefined) return frame;
      if (socket.readyState === socket.CLOSED) throw new Error("the socket closed");
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`nothing came within ${ANSWER_WITHIN_MS} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    socket,
    closed,
    waiting,
    send,
    next,
    async hello(token) {
      send({ type: "connection_init", payload: token === null ? {} : { authorization: `Bearer ${token}` } });
      await next();
    },
    async ask(id, payload) {
      send({ id, type: "subscribe", payload });
      const first = await next();
      if (!first.startsWith(`{"id":${JSON.stringify(id)},"type":"next"`)) return [first];
      const ends = !payload.query.startsWith("subscription") || first.includes('"errors"');
      return ends ? [first, await next()] : [first];
    },
  };
}

/** The frame that asks for an operation, with nothing in it checked. */
export const subscribe = (id: unknown, query: unknown = "{ __typename }", more: object = {}) => ({
  id,
  type: "subscribe",
  payload: { query, ...more },
});

/** Arrays in each other that a parser takes, and nothing that goes through them by recursion. */
export const DEEP = "[".repeat(20_000) + "]".repeat(20_000);
