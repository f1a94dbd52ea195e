import { errors, jwtVerify, type JWTVerifyOptions, type JWTVerifyResult } from "jose";
import { RollcallError } from "../domain/errors.ts";
import type { Millis } from "../domain/model.ts";
import { type ClaimNames, PLAIN_CLAIMS, type Viewer, viewerFromClaims } from "./claims.ts";
import { type KeyReports, KeysUnavailable, publishedKeys } from "./keys.ts";
import { reasonOf, TokenRefused } from "./refusal.ts";
import { LRUCache } from "lru-cache";

/** Tokens longer than this are refused before anything parses them. */
export const MAX_TOKEN_BYTES = 8 * 1024;

/** Where trust comes from: a shared secret (HS256) or published keys (RS256, ES256, EdDSA). */
export interface TokenTrust {
  /** At least 32 bytes in UTF-8. */
  readonly secret: string | null;
  readonly jwksUrl: string | null;
  /** Checked when not null. */
  readonly issuer: string | null;
  /** Checked when not null: the token's `aud` must be it or list it. */
  readonly audience: string | null;
  /** Where it says who its bearer is; `sub`, `roles` and `name` unless told. */
  readonly claims?: ClaimNames;
}

export interface TokenVerifier {
  /**
   * Who the token speaks for, if it is valid now.
   * Throws TokenRefused for any wrong token, whose message does not say what is wrong with it, and RollcallError UNAVAILABLE
   * when the host of the keys cannot be asked.
   */
  verify(token: string): Promise<Viewer>;
}

export interface VerifierOptions {
  readonly onProblem?: (problem: unknown) => void;
  readonly onRecovery?: () => void;
  readonly monotonic?: () => Millis;
}

/**
 * Throws at once unless exactly one source of trust is given.
 * @param options.onProblem hears why the published keys cannot be used, a matter for the operator that callers are not told:
 *   of a host that is down once, and `onRecovery` when it is back; of a key that is too short with each token that names it
 * @param options.monotonic milliseconds on a clock that never stands still
 */
export function createTokenVerifier(
  trust: TokenTrust,
  clock: () => Millis,
  { onProblem = () => {}, onRecovery = () => {}, monotonic = clock }: VerifierOptions = {},
): TokenVerifier {
  const check = signatureCheck(trust, monotonic, { away: onProblem, back: onRecovery, unusable: onProblem });
  const names = trust.claims ?? PLAIN_CLAIMS;
  const rules = {
    requiredClaims: ["exp"],
    ...(trust.issuer === null ? {} : { issuer: trust.issuer }),
    ...(trust.audience === null ? {} : { audience: trust.audience }),
  };

  return {
    async verify(token) {
      // jose skips white space inside the parts; one token in one spelling is enough.
      if (token.length > MAX_TOKEN_BYTES) throw new TokenRefused(`it is longer than ${MAX_TOKEN_BYTES} bytes`);
      if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new TokenRefused("it is not a well-formed JWT");
      let result: JWTVerifyResult;
      try {
        result = await check(token, { ...rules, currentDate: new Date(clock()) });
      } catch (error) {
        if (error instanceof KeysUnavailable) {
          throw new RollcallError("UNAVAILABLE", "Tokens cannot be checked at the moment. Please try again.");
        }
        if (!(error instanceof errors.JOSEError)) onProblem(error);
        throw new TokenRefused(reasonOf(error));
      }
      // No extension is understood, and jose by itself would accept `b64` as one.
      if (result.protectedHeader.crit !== undefined) throw new TokenRefused("its header has crit");
      const viewer = viewerFromClaims(result.payload, names);
      // jose compares whole seconds; the socket of an expired token is closed to the millisecond.
      if (viewer.expiresAt <= clock()) throw new TokenRefused("it has expired");
      return viewer;
    },
  };
}

type Check = (token: string, rules: JWTVerifyOptions) => Promise<JWTVerifyResult>;

/** The algorithms are pinned to the kind of key, so that a public key can never serve as an HMAC secret. */
function signatureCheck(trust: TokenTrust, monotonic: () => Millis, report: KeyReports): Check {
  if (trust.secret !== null && trust.jwksUrl === null) {
    const bytes = new TextEncoder().encode(trust.secret);
    if (bytes.byteLength < 32) throw new TypeError("the secret must be at least 32 bytes long");
    // Imported once: jose would import plain bytes anew for every token (46 µs a token, 19 µs with this).
    const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    return async (token, rules) => jwtVerify(token, await key, { ...rules, algorithms: ["HS256"] });
  }
  if (trust.secret === null && trust.jwksUrl !== null) {
    const keys = publishedKeys(trust.jwksUrl, monotonic, report);
    return async (token, rules) => {
      const pinned = { ...rules, algorithms: ["RS256", "ES256", "EdDSA"] };
      try {
        return await jwtVerify(token, keys, pinned);
      } catch (error) {
        if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
        return verifyWithAny(error, token, pinned);
      }
    };
  }
  throw new TypeError("exactly one of secret and jwksUrl must be given");
}

/** A token without a key id, while two keys of its kind are published (the days of a rotation): either may be right. */
async function verifyWithAny(keys: errors.JWKSMultipleMatchingKeys, token: string, rules: JWTVerifyOptions) {
  for await (const key of keys) {
    try {
      return await jwtVerify(token, key, rules);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** How long a token that was found good is not checked again. A key that is withdrawn is good for so much longer. */
const REMEMBERED_MS = 30_000;
/** More people than ask in that time; what is forgotten early is only checked again. */
const MOST = 10_000;
/** Characters. Who sends longer ones is not helped to fill the memory with them. */
const MAX_CACHED_MS = 2_048;

interface Known {
  readonly viewer: Viewer;
  readonly until: Millis;
}

/**
 * Checks a token once in a while instead of with every request, of which that was a fifth of the time. It is never good
 * beyond its own end.
 * @param monotonic on a clock that never stands still
 */
export function cachedVerifier(verifier: TokenVerifier, clock: () => Millis, monotonic = clock): TokenVerifier {
  const known = new LRUCache<string, Known>({ max: MOST });
  return {
    async verify(token) {
      const last = known.get(token);
      if (last !== undefined && clock() < last.viewer.expiresAt && monotonic() < last.until) return last.viewer;
      const viewer = await verifier.verify(token);
      const until = monotonic() + REMEMBERED_MS;
      if (token.length <= MAX_CACHED_MS) known.set(token, { viewer, until });
      return viewer;
    },
  };
}
