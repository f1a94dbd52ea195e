import { MAX_ID, type Millis } from "../domain/model.ts";
import { TokenRefused } from "./refusal.ts";
import type { Role } from "../domain/access.ts";

/**
 * The claims that say who the bearer is. A name is looked for as it stands, as in `https://example.com/roles`, and else as
 * a path, as in `realm_access.roles`.
 */
export interface ClaimNames {
  readonly user: string;
  readonly roles: string;
  readonly name: string;
}

export const PLAIN_CLAIMS: ClaimNames = { user: "sub", roles: "roles", name: "name" };

type Claims = Readonly<Record<string, unknown>>;

const MAX_NAME = 200;
/** The last moment that a Date can hold; a later expiry means the same to everybody. */
const LAST_MOMENT: Millis = 8.64e15;

/** The viewer that verified claims describe. @throws TokenRefused when they name nobody or never expire */
export function viewerFromClaims(claims: Claims, names: ClaimNames = PLAIN_CLAIMS): Viewer {
  const id = userId(claimAt(claims, names.user));
  if (id === null) throw new TokenRefused(`its ${names.user} is not a whole number from 1 to ${MAX_ID}`);
  const expiresAt = expiry(claims.exp);
  if (expiresAt === null) throw new TokenRefused("its exp is not a number");
  // Where `role` itself holds the roles, it chooses none of them.
  const active = names.roles === "role" ? null : claims.role;
  return Object.freeze({
    id,
    roles: rolesInForce(claimAt(claims, names.roles), active),
    name: displayName(claimAt(claims, names.name)),
    expiresAt,
  });
}

function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split(".").reduce<unknown>((part, key) => {
    const inside = typeof part === "object" && part !== null && Object.hasOwn(part, key);
    return inside ? (part as Claims)[key] : undefined;
  }, claims);
}

/**
 * A positive 32-bit integer in canonical decimal ("7", never "07", "+7" or "7.0"). RFC 7519 wants a string; a JSON
 * number is taken too, because many back ends sign `{ sub: user.id }` and a number has only one reading.
 */
export function userId(sub: unknown): number | null {
  if (typeof sub === "string" && !/^[1-9]\d{0,9}$/.test(sub)) return null;
  if (typeof sub !== "string" && typeof sub !== "number") return null;
  const id = Number(sub);
  return Number.isInteger(id) && id >= 1 && id <= MAX_ID ? id : null;
}

/** `exp` is seconds and may have a fraction; a JSON literal such as 1e999 reads as Infinity and is no date. */
function expiry(exp: unknown): Millis | null {
  if (typeof exp !== "number" || !Number.isFinite(exp)) return null;
  return Math.min(Math.floor(exp * 1_000), LAST_MOMENT);
}

/** A list, or words in one string. A claim of the wrong shape grants nothing: the caller is known, and that is all. */
function rolesInForce(roles: unknown, active: unknown): ReadonlySet<Role> {
  const words: unknown = typeof roles === "string" ? roles.split(/[\s,]+/) : roles;
  const held = new Set(Array.isArray(words) ? words.filter(isRole) : []);
  if (active === undefined || active === null) return held;
  return new Set([...held].filter((role) => role === active));
}

function displayName(claim: unknown): string | null {
  // A lone surrogate could be neither stored nor sent; with the u flag a proper pair does not match.
  if (typeof claim !== "string" || /\0|\p{Surrogate}/u.test(claim)) return null;
  const name = claim.trim();
  return name === "" || [...name].length > MAX_NAME ? null : name;
}

export type { Role } from "../domain/access.ts";

export const VIEWER_ROLES = ["tutor", "student", "parent", "admin", "service"] as const satisfies readonly Role[];

/** The known caller of one operation, as their verified token describes them; nobody needs a row in `users`. */
export interface Viewer {
  /** A positive 32-bit integer. */
  readonly id: number;
  /** The roles in force: only the active one when the token names one. May be empty. */
  readonly roles: ReadonlySet<Role>;
  /** The token's name claim; null when it has none that can be shown. */
  readonly name: string | null;
  /** The first moment at which the token is no longer valid. */
  readonly expiresAt: Millis;
}

export function isRole(value: unknown): value is Role {
  return (VIEWER_ROLES as readonly unknown[]).includes(value);
}
