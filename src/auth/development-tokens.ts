import { SignJWT } from "jose";
import type { Millis } from "../domain/model.ts";
import { type ClaimNames, PLAIN_CLAIMS, type Role } from "./claims.ts";
import type { TokenTrust } from "./tokens.ts";

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

const HOURS = 12;
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** Somebody to act as in development. */
export interface OfferedRole {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
}

/** Needs no row of its own: a token is enough to act as an admin, also in an empty database. */
const ADMIN: OfferedRole = { id: 100, name: "Developer", role: "admin" };

export interface OfferSettings {
  readonly environment: "development" | "production" | "test";
  readonly host: string;
  readonly auth: Pick<TokenTrust, "secret" | "jwksUrl" | "issuer" | "audience" | "claims">;
}

/**
 * The tokens that a server in development gives to browsers on its machine: to the console for an admin and for people
 * who exist, to GraphiQL for the people of its tour. Null, so no tokens at all, in production, in tests, where keys or a
 * secret are configured, and where others than this machine can reach it.
 */
export function offerFor(
  { environment, host, auth }: OfferSettings,
  secret: string | null,
  people: () => Promise<readonly OfferedRole[]>,
) {
  const ownSecret = auth.secret === null && auth.jwksUrl === null ? secret : null;
  if (environment !== "development" || ownSecret === null || !LOOPBACK.includes(host)) return null;
  const { issuer, audience, claims } = auth;
  const token = ({ id, role, name }: OfferedRole) =>
    issueDevelopmentToken({
      ...{ secret: ownSecret, user: id, roles: [role], name, issuer, audience, claims, now: Date.now() },
      expiresInSeconds: HOURS * 3600,
    });
  return {
    token,
    people: async () =>
      Promise.all([ADMIN, ...(await people())].map(async (each) => ({ ...each, token: await token(each) }))),
  };
}
