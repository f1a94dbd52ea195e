import { errors, jwtVerify, type JWTVerifyOptions, type JWTVerifyResult } from "jose";
import { RollcallError } from "../domain/errors.ts";
import type { Millis } from "../domain/model.ts";
import { viewerFromClaims } from "./claims.ts";
import { type KeyReports, KeysUnavailable, publishedKeys } from "./keys.ts";
import type { Viewer } from "./viewer.ts";

/** Tokens longer than this are refused before anything parses them. */
export const LONGEST_TOKEN_BYTES = 8 * 1024;

/** Where trust comes from: a shared secret (HS256) or published keys (RS256, ES256, EdDSA). */
export interface TokenTrust {
  /** At least 32 bytes in UTF-8. */
  readonly secret: string | null;
  readonly jwksUrl: string | null;
  /** Checked when not null. */
  readonly issuer: string | null;
  /** Checked when not null: the token's `aud` must be it or list it. */
  readonly audience: string | null;
}

export interface TokenVerifier {
  /**
   * Who the token speaks for, if it is valid now.
   * Throws RollcallError UNAUTHENTICATED for any wrong token, without saying what is wrong with it, and UNAVAILABLE when
   * the host of the keys cannot be asked.
   */
  verify(token: string): Promise<Viewer>;
}

/**
 * `onProblem` hears why the published keys cannot be used: a matter for the operator that callers are not told. It hears of a
 * host that is down once, and `onRecovery` when it is back; of a key that is too short with each token that names it. Throws
 * at once unless exactly one source of trust is given.
 */
export function createTokenVerifier(
  trust: TokenTrust,
  clock: () => Millis,
  onProblem: (problem: unknown) => void = () => {},
  onRecovery: () => void = () => {},
): TokenVerifier {
  const check = signatureCheck(trust, clock, { away: onProblem, back: onRecovery, unusable: onProblem });
  const rules = {
    requiredClaims: ["exp", "sub"],
    ...(trust.issuer === null ? {} : { issuer: trust.issuer }),
    ...(trust.audience === null ? {} : { audience: trust.audience }),
  };

  return {
    async verify(token) {
      // jose skips white space inside the parts; one token in one spelling is enough.
      if (token.length > LONGEST_TOKEN_BYTES || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw unauthenticated();
      let result: JWTVerifyResult;
      try {
        result = await check(token, { ...rules, currentDate: new Date(clock()) });
      } catch (error) {
        if (error instanceof KeysUnavailable) {
          throw new RollcallError("UNAVAILABLE", "Tokens cannot be checked at the moment. Please try again.");
        }
        if (!(error instanceof errors.JOSEError)) onProblem(error);
        throw unauthenticated();
      }
      // No extension is understood, and jose by itself would accept `b64` as one.
      if (result.protectedHeader.crit !== undefined) throw unauthenticated();
      const viewer = viewerFromClaims(result.payload);
      // jose compares whole seconds; the socket of an expired token is closed to the millisecond.
      if (viewer === null || viewer.expiresAt <= clock()) throw unauthenticated();
      return viewer;
    },
  };
}

type Check = (token: string, rules: JWTVerifyOptions) => Promise<JWTVerifyResult>;

/** The algorithms are pinned to the kind of key, so that a public key can never serve as an HMAC secret. */
function signatureCheck(trust: TokenTrust, clock: () => Millis, report: KeyReports): Check {
  if (trust.secret !== null && trust.jwksUrl === null) {
    const bytes = new TextEncoder().encode(trust.secret);
    if (bytes.byteLength < 32) throw new TypeError("the secret must be at least 32 bytes long");
    // Imported once: jose would import plain bytes anew for every token (46 µs a token, 19 µs with this).
    const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    return async (token, rules) => jwtVerify(token, await key, { ...rules, algorithms: ["HS256"] });
  }
  if (trust.secret === null && trust.jwksUrl !== null) {
    const keys = publishedKeys(trust.jwksUrl, clock, report);
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

/** One answer for every wrong token: which check it failed helps nobody but an attacker. */
function unauthenticated(): RollcallError {
  return new RollcallError("UNAUTHENTICATED", "The token is not valid.");
}
