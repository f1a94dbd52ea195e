import type { Answer, Caller, TestApp } from "./app.ts";

/** A subscription over SSE. */
export interface Stream<T> {
  readonly status: number;
  /** The next result; undefined when the stream is at its end. */
  next(): Promise<Answer<Record<string, T>> | undefined>;
  /** Leaves, as a browser that closes its EventSource. */
  stop(): void;
}

export async function stream<T>(app: TestApp, caller: Caller, query: string, variables: object): Promise<Stream<T>> {
  const abort = new AbortController();
  const token = await caller.token;
  const response = await fetch(app.url, {
    method: "POST",
    signal: abort.signal,
    headers: {
      accept: "text/event-stream",
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const chunks = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    status: response.status,
    async next() {
      for (;;) {
        const end = text.indexOf("\n\n");
        const message = end < 0 ? undefined : text.slice(0, end);
        if (message !== undefined) {
          text = text.slice(end + 2);
          const data = /^data: (\{.*\})$/m.exec(message)?.[1];
          if (data !== undefined) return JSON.parse(data) as Answer<Record<string, T>>;
          continue;
        }
        const { done, value } = await chunks.read();
        if (done) return undefined;
        text += value;
      }
    },
    stop: () => abort.abort(),
  };
}
