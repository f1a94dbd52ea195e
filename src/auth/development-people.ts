import { issueDevelopmentToken } from "./issue.ts";
import type { TokenTrust } from "./tokens.ts";
import type { Role } from "./viewer.ts";

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
}

/** Made-up people, to sign in as while one develops; the demo plays with them. */
export const SELAM = { id: 1, name: "Selam Bekele", role: "tutor" } as const;
export const DAWIT = { id: 2, name: "Dawit Abebe", role: "student" } as const;
export const NORA = { id: 3, name: "Nora Lind", role: "tutor" } as const;
export const JONAS = { id: 4, name: "Jonas Berg", role: "student" } as const;
export const PARENT: Person = { id: 5, name: "Hana Abebe", role: "parent" };
export const ADMIN: Person = { id: 9, name: "Ada Okafor", role: "admin" };

export const PEOPLE: readonly Person[] = [SELAM, NORA, JONAS, PARENT, ADMIN, DAWIT];

const HOURS = 12;
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** Each of them with a token. */
export async function offered(token: (person: Person) => Promise<string>) {
  return Promise.all(PEOPLE.map(async (person) => ({ ...person, token: await token(person) })));
}

/**
 * Whom a server in development offers to sign in as: null, so nobody at all, in production, in tests, where keys or a
 * secret are configured, and where others than this machine can reach it.
 */
export function offerFor(
  config: { readonly environment: string; readonly host: string; readonly auth: TokenTrust },
  secret: string | null,
) {
  const { environment, auth, host } = config;
  const ownSecret = auth.secret === null && auth.jwksUrl === null ? secret : null;
  if (environment !== "development" || ownSecret === null || !LOOPBACK.includes(host)) return null;
  const { issuer, audience, claims } = auth;
  return () =>
    offered(({ id, role, name }) => {
      const wish = { secret: ownSecret, user: id, roles: [role], name, issuer, audience, claims, now: Date.now() };
      return issueDevelopmentToken({ ...wish, expiresInSeconds: HOURS * 3600 });
    });
}
