import type { AttendanceStatus } from "../generated/graphql.ts";
import { signedIn } from "../net/sign-in.ts";
import { createStore, type Store, useStore } from "../store.ts";

/** What somebody is about to decide. */
export interface Draft {
  readonly TUTOR: AttendanceStatus | null;
  readonly STUDENT: AttendanceStatus | null;
  readonly notes: string;
}

const EMPTY: Draft = { TUTOR: null, STUDENT: null, notes: "" };
const drafts = new Map<string, Store<Draft>>();

// What one person wrote is not for the next.
let writer = signedIn.get()?.viewer.id;
signedIn.subscribe(() => {
  const now = signedIn.get()?.viewer.id;
  if (now !== writer) drafts.clear();
  writer = now;
});

/** Kept for each session until it is saved, whatever else the page shows meanwhile. */
function use(sessionId: string): [Draft, (next: Draft) => void] {
  let store = drafts.get(sessionId);
  if (store === undefined) drafts.set(sessionId, (store = createStore(EMPTY)));
  return [useStore(store), store.set];
}

export const Draft = { EMPTY, use };
