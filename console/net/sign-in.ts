import { createStore } from "../store.ts";
import { readToken, type Viewer } from "./token.ts";

/* Who is signed in. The token is kept for this tab only, and never put into an address. */

const KEY = "rollcall.token";

export interface SignedIn {
  readonly token: string;
  readonly viewer: Viewer;
  /** The server does not take the token any more; the page stays as it was until there is a new one. */
  readonly expired: boolean;
}

export const signedIn = createStore<SignedIn | null>(restore());

function restore(): SignedIn | null {
  const token = sessionStorage.getItem(KEY);
  const viewer = token === null ? null : readToken(token);
  return token === null || viewer === null ? null : { token, viewer, expired: false };
}

export function signIn(token: string, viewer: Viewer): void {
  sessionStorage.setItem(KEY, token);
  signedIn.set({ token, viewer, expired: false });
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  signedIn.set(null);
}

/** @param token the one that was refused: a newer one may be in use already */
export function expire(token: string): void {
  const current = signedIn.get();
  if (current?.token !== token) return;
  sessionStorage.removeItem(KEY);
  signedIn.set({ ...current, expired: true });
}
