import { LRUCache } from "lru-cache";
import type { Millis } from "../domain/model.ts";
import type { TokenVerifier } from "./tokens.ts";
import type { Viewer } from "./viewer.ts";

/** How long a token that was found good is not checked again. A key that is withdrawn is good for so much longer. */
const REMEMBERED_MS = 30_000;
/** More people than ask in that time; what is forgotten early is only checked again. */
const MOST = 10_000;
/** Characters. Who sends longer ones is not helped to fill the memory with them. */
const LONGEST_REMEMBERED = 2_048;

interface Known {
  readonly viewer: Viewer;
  readonly until: Millis;
}

/**
 * Checks a token once in a while instead of with every request, of which that was a fifth of the time. It is never good
 * beyond its own end.
 * @param monotonic on a clock that never stands still
 */
export function remembering(verifier: TokenVerifier, clock: () => Millis, monotonic = clock): TokenVerifier {
  const known = new LRUCache<string, Known>({ max: MOST });
  return {
    async verify(token) {
      const last = known.get(token);
      if (last !== undefined && clock() < last.viewer.expiresAt && monotonic() < last.until) return last.viewer;
      const viewer = await verifier.verify(token);
      const until = monotonic() + REMEMBERED_MS;
      if (token.length <= LONGEST_REMEMBERED) known.set(token, { viewer, until });
      return viewer;
    },
  };
}
