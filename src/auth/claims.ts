import type { Millis } from "../domain/model.ts";
import { isRole, type Role, type Viewer } from "./viewer.ts";

const LARGEST_ID = 2 ** 31 - 1;
const LONGEST_NAME = 200;
/** The last moment that a Date can hold; a later expiry means the same to everybody. */
const LAST_MOMENT: Millis = 8.64e15;

/** The viewer that verified claims describe, or null when they name nobody or never expire. */
export function viewerFromClaims(claims: Readonly<Record<string, unknown>>): Viewer | null {
  const id = userId(claims.sub);
  const expiresAt = expiry(claims.exp);
  if (id === null || expiresAt === null) return null;
  return Object.freeze({
    id,
    roles: rolesInForce(claims.roles, claims.role),
    name: displayName(claims.name),
    expiresAt,
  });
}

/**
 * A positive 32-bit integer in canonical decimal ("7", never "07", "+7" or "7.0"). RFC 7519 wants a string; a JSON
 * number is taken too, because many back ends sign `{ sub: user.id }` and a number has only one reading.
 */
export function userId(sub: unknown): number | null {
  if (typeof sub === "string" && !/^[1-9]\d{0,9}$/.test(sub)) return null;
  if (typeof sub !== "string" && typeof sub !== "number") return null;
  const id = Number(sub);
  return Number.isInteger(id) && id >= 1 && id <= LARGEST_ID ? id : null;
}

/** `exp` is seconds and may have a fraction; a JSON literal such as 1e999 reads as Infinity and is no date. */
function expiry(exp: unknown): Millis | null {
  if (typeof exp !== "number" || !Number.isFinite(exp)) return null;
  return Math.min(Math.floor(exp * 1_000), LAST_MOMENT);
}

/** A claim of the wrong shape grants nothing: the caller is known, and that is all. */
function rolesInForce(roles: unknown, active: unknown): ReadonlySet<Role> {
  const held = new Set(Array.isArray(roles) ? roles.filter(isRole) : []);
  if (active === undefined || active === null) return held;
  return new Set([...held].filter((role) => role === active));
}

function displayName(claim: unknown): string | null {
  // A lone surrogate could be neither stored nor sent; with the u flag a proper pair does not match.
  if (typeof claim !== "string" || /\0|\p{Surrogate}/u.test(claim)) return null;
  const name = claim.trim();
  return name === "" || [...name].length > LONGEST_NAME ? null : name;
}
