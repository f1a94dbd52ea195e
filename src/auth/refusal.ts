import { errors } from "jose";
import { RollcallError } from "../domain/errors.ts";

/**
 * A wrong token. Every one gets the same answer: which check it failed helps nobody but an attacker. The reason is for the
 * log of who runs the server, and for who develops against it. It is made of our own words and the names of claims.
 */
export class TokenRefused extends RollcallError {
  readonly reason: string;

  constructor(reason: string) {
    super("UNAUTHENTICATED", "The token is not valid.");
    this.reason = reason;
  }
}

/** What jose found wrong, without anything that the token says. */
export function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "it has expired";
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (reason === "missing") return `it has no ${claim}`;
    if (claim === "nbf") return "it is not valid yet, by its nbf";
    if (claim === "iss") return "its iss is not JWT_ISSUER";
    if (claim === "aud") return "its aud is not JWT_AUDIENCE, nor lists it";
    return `its ${claim} is not valid`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature does not fit the key";
  if (error instanceof errors.JWKSNoMatchingKey) return "no key at JWT_JWKS_URL has its kid and alg";
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return "its alg is not allowed: HS256 with JWT_SECRET; RS256, ES256 or EdDSA with JWT_JWKS_URL";
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return "it is not a well-formed JWT";
  return "it could not be checked";
}

/**
 * The token in an `Authorization` header or in `connectionParams.authorization`: "Bearer <token>", the scheme in any
 * case. null when there are no credentials at all (undefined, null or ""); throws RollcallError UNAUTHENTICATED for
 * everything else: another scheme, a bare token, two values joined, a value that is no string.
 */
export function readBearer(value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  const match = typeof value === "string" ? /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(value) : null;
  const token = match?.[1];
  if (token === undefined) throw new RollcallError("UNAUTHENTICATED", 'Expected "Authorization: Bearer <token>".');
  return token;
}
