import type { Place } from "../services/session-store.ts";

/** The year 1: before every time that is stored. */
export const BEGINNING: Place = { at: -62_135_596_800_000, id: 0 };

/** Where a walk goes on after these rows; null: there were fewer than asked for. */
export function nextPlace(rows: readonly Place[], limit: number): Place | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit ? null : { at: last.at, id: last.id };
}
