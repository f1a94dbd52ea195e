import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
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

export interface KeyReports {
  /** Called when the host stops answering as it should: once, however many tokens come meanwhile. */
  readonly away: (problem: KeysUnavailable) => void;
  /** Called when it answers again. */
  readonly back: () => void;
  /** Called for each token that names a key which cannot be used. */
  readonly unusable: (problem: unknown) => void;
}

/**
 * The published keys, fetched when first needed, again after ten minutes, and for a key id that is not known (at most
 * once in 30 s; both jose's defaults). Rejects with KeysUnavailable, or with jose's errors about the token.
 * @param monotonic milliseconds on a clock that never stands still: the next try after a failure must come
 */
export function publishedKeys(url: string, monotonic: () => Millis, report: KeyReports): JWTVerifyGetKey {
  let failed: { at: Millis; error: KeysUnavailable } | null = null;

  const fetchKeys: typeof fetch = async (input, init) => {
    if (failed !== null && monotonic() - failed.at < RETRY_AFTER_MS) throw failed.error;
    try {
      const response = await fetch(input, init);
      if (response.status !== 200) throw new Error(`status ${response.status}`);
      // Read here, so that an answer that breaks off half-way, or is no key set, counts as a failure as well.
      const body = await response.text();
      createLocalJWKSet(JSON.parse(body) as JSONWebKeySet);
      if (failed !== null) report.back();
      failed = null;
      return new Response(body);
    } catch (cause) {
      const error = new KeysUnavailable(cause);
      if (failed === null) report.away(error);
      failed = { at: monotonic(), error };
      throw error;
    }
  };

  const keys = createRemoteJWKSet(new URL(url), { [customFetch]: fetchKeys, timeoutDuration: TIMEOUT_MS });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSInvalid)) throw error;
      report.unusable(error);
      throw new KeysUnavailable(error);
    }
  };
}
