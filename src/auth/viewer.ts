import type { Role } from "../domain/access.ts";
import type { Millis } from "../domain/model.ts";

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
