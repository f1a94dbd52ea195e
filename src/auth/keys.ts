import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import type { Millis } from "../domain/model.ts";

/** The host of the keys did not answer as it should: nothing is known about the token. */
export class KeysUnavailable extends Error {
  constructor(cause: unknown) {
    super("the host of JWT_JWKS_URL does not answer with a JSON Web Key Set", { cause });
    this.name = "KeysUnavailable";
  }
}

/** After a failure the host is left alone for this long, or every request with a token would ask it again. */
const RETRY_AFTER_MS = 1_000;
const TIMEOUT_MS = 3_000;

/**
 * The published keys, fetched when first needed, again after ten minutes, and for a key id that is not known (at most
 * once in 30 s; both jose's defaults). Rejects with KeysUnavailable, or with jose's errors about the token.
 * @param monotonic milliseconds on a clock that never stands still: the next try after a failure must come
 */
export function publishedKeys(url: string, monotonic: () => Millis): JWTVerifyGetKey {
  let failed: { at: Millis; error: KeysUnavailable } | null = null;

  const fetchKeys: typeof fetch = async (input, init) => {
    if (failed !== null && monotonic() - failed.at < RETRY_AFTER_MS) throw failed.error;
    try {
      const response = await fetch(input, init);
      if (response.status !== 200) throw new Error(`status ${response.status}`);
      // Read here, so that an answer that breaks off half-way counts as a failure as well.
      const body = await response.text();
      failed = null;
      return new Response(body);
    } catch (error) {
      failed = { at: monotonic(), error: new KeysUnavailable(error) };
      throw failed.error;
    }
  };

  const keys = createRemoteJWKSet(new URL(url), { [customFetch]: fetchKeys, timeoutDuration: TIMEOUT_MS });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isBadKeySet(error)) throw new KeysUnavailable(error);
      throw error;
    }
  };
}

/** The host answered, but not with a key set: something else lives at that address now. */
function isBadKeySet(error: unknown): boolean {
  return (
    error instanceof errors.JWKSInvalid || (error instanceof errors.JOSEError && error.code === "ERR_JOSE_GENERIC")
  );
}
