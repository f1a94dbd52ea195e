import { issueDevelopmentToken } from "./issue.ts";
import type { TokenTrust } from "./tokens.ts";
import type { Role } from "./viewer.ts";

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
