import { SignJWT } from "jose";
import type { Millis } from "../domain/model.ts";
import { type ClaimNames, PLAIN_CLAIMS } from "./claims.ts";
import type { Role } from "./viewer.ts";

export interface DevelopmentToken {
  /** At least 32 bytes in UTF-8. */
  readonly secret: string;
  /** A positive 32-bit integer. */
  readonly user: number;
  readonly roles: readonly Role[];
  /** The one role that counts; must be among `roles` to count at all. */
  readonly activeRole?: Role;
  readonly name?: string;
  /** Set these as the verifier has them, or it will refuse the token. */
  readonly issuer?: string | null;
  readonly audience?: string | null;
  readonly claims?: ClaimNames | undefined;
  readonly expiresInSeconds: number;
  readonly now: Millis;
}

/** Signs (HS256) what an identity provider would issue: for development, tests and the demo. */
export async function issueDevelopmentToken(wish: DevelopmentToken): Promise<string> {
  const issuedAt = Math.floor(wish.now / 1_000);
  const names = wish.claims ?? PLAIN_CLAIMS;
  const claims = {
    ...(wish.activeRole === undefined ? {} : { role: wish.activeRole }),
    ...(wish.name === undefined ? {} : { [names.name]: wish.name }),
    [names.roles]: [...wish.roles],
    [names.user]: String(wish.user),
  };
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + wish.expiresInSeconds);
  if (wish.issuer != null) token.setIssuer(wish.issuer);
  if (wish.audience != null) token.setAudience(wish.audience);
  return token.sign(new TextEncoder().encode(wish.secret));
}
