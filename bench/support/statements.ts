import { setTimeout as sleep } from "node:timers/promises";
import type { Place } from "./place.ts";

/** A backend tells what it has done at most once a second. */
const TOLD_WITHIN_MS = 1_500;

/** Transactions for each of what was done meanwhile: outside of one, every statement is its own. */
export async function statementsEach<T extends { readonly done: number }>(
  place: Place,
  work: () => Promise<T>,
): Promise<T & { readonly statements: number }> {
  const committed = async () => {
    await sleep(TOLD_WITHIN_MS);
    await place.sql("select pg_stat_clear_snapshot()");
    const [row] = await place.sql<{ count: number }>(
      "select xact_commit::float8 as count from pg_stat_database where datname = current_database()",
    );
    return row?.count ?? 0;
  };
  const before = await committed();
  const result = await work();
  return { ...result, statements: ((await committed()) - before) / result.done };
}
