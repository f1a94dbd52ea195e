import type { Client, ExecutionResult } from "graphql-ws";

/** A subscription's results in the order they came; none is missed between two reads. */
export interface Reader<T> {
  /** The next result, waiting for it; rejects after `within` milliseconds, or when the subscription ended or failed. */
  next(within?: number): Promise<T>;
  /** Resolves when the server completed the subscription; rejects like `next`. */
  ended(within?: number): Promise<void>;
  /** Results that came and were not read yet. */
  readonly waiting: readonly T[];
  /** Completes the subscription from the client's side. */
  stop(): void;
}

/** Subscribes and reads `data[field]`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
export function read<T = any>(
  client: Client,
  query: string,
  variables: Record<string, unknown>,
  field: string,
): Reader<T> {
  const waiting: T[] = [];
  let end: { error: unknown } | null = null;
  let wake = () => {};
  const stop = client.subscribe<Record<string, T>>(
    { query, variables },
    {
      next(result: ExecutionResult<Record<string, T>, unknown>) {
        if (result.data?.[field] != null) waiting.push(result.data[field]);
        else end = { error: new Error(JSON.stringify(result.errors)) };
        wake();
      },
      error(error) {
        end = { error };
        wake();
      },
      complete() {
        end ??= { error: null };
        wake();
      },
    },
  );
  const until = async (done: () => boolean, within: number): Promise<void> => {
    const deadline = Date.now() + within;
    while (!done()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`nothing came within ${within} ms`);
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
    waiting,
    stop,
    async next(within = 5_000) {
      await until(() => waiting.length > 0 || end !== null, within);
      const value = waiting.shift();
      if (value !== undefined) return value;
      throw new Error(`the subscription ended: ${describe(end?.error)}`);
    },
    async ended(within = 5_000) {
      await until(() => end !== null, within);
      if (end?.error) throw new Error(describe(end.error));
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}
