import { useCallback, useEffect, useState } from "react";
import { type CombinedError, type TypedDocumentNode, useQuery } from "urql";
import { createStore } from "../store.ts";
import { isPassing } from "./problems.ts";

/** Grows when what is shown may be out of date: the feed listens again, after a loss or a new sign-in. */
export const refreshes = createStore(0);
export const refresh = (): void => refreshes.set(refreshes.get() + 1);

const FIRST_MS = 1_000;
const MAX_MS = 15_000;

export interface Steady<T> {
  /** The last that is known, also while the server does not answer. */
  readonly data: T | null;
  readonly error: CombinedError | null;
  readonly fetching: boolean;
  /** Asks the server now. */
  readonly again: () => void;
}

/** A query whose answer stays until there is a newer one, and which is asked again by itself when nobody answered. */
export function useSteady<T, V extends object>(query: TypedDocumentNode<T, V>, variables: V, pause = false): Steady<T> {
  const [result, execute] = useQuery({ query, variables, pause, requestPolicy: "cache-and-network" });
  const key = JSON.stringify(variables);
  const [kept, keep] = useState<{ readonly key: string; readonly data: T } | null>(null);
  if (result.data !== undefined && (kept?.data !== result.data || kept.key !== key)) keep({ key, data: result.data });

  const [tries, setTries] = useState(0);
  const { error } = result;
  useEffect(() => {
    if (pause || error === undefined || !isPassing(error)) return;
    const wait = Math.min(MAX_MS, FIRST_MS * 2 ** tries);
    const timer = setTimeout(() => {
      setTries(tries + 1);
      execute({ requestPolicy: "network-only" });
    }, wait);
    return () => clearTimeout(timer);
  }, [error, tries, pause, execute]);

  useEffect(
    () =>
      refreshes.subscribe(() => {
        setTries(0);
        if (!pause) execute({ requestPolicy: "network-only" });
      }),
    [pause, execute],
  );

  const again = useCallback(() => execute({ requestPolicy: "network-only" }), [execute]);
  return {
    data: result.data ?? (kept?.key === key ? kept.data : null),
    error: error ?? null,
    fetching: result.fetching || result.stale,
    again,
  };
}
