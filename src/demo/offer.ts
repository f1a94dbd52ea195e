import { issueDevelopmentToken } from "../auth/issue.ts";
import type { Config } from "../config.ts";
import { PEOPLE, type Person } from "./cast.ts";

const HOURS = 12;
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** The people of the demo with a token each. */
export async function offered(token: (person: Person) => Promise<string>) {
  return Promise.all(PEOPLE.map(async (person) => ({ ...person, token: await token(person) })));
}

/**
 * Whom a server in development offers to sign in as: null, so nobody at all, in production, in tests, where keys or a
 * secret are configured, and where others than this machine can reach it.
 */
export function offerFor(config: Config, secret: string | null) {
  const { environment, auth, host } = config;
  const ownSecret = auth.secret === null && auth.jwksUrl === null ? secret : null;
  if (environment !== "development" || ownSecret === null || !LOOPBACK.includes(host)) return null;
  const { issuer, audience } = auth;
  return () =>
    offered(({ id, role, name }) => {
      const wish = { secret: ownSecret, user: id, roles: [role], name, issuer, audience, now: Date.now() };
      return issueDevelopmentToken({ ...wish, expiresInSeconds: HOURS * 3600 });
    });
}
