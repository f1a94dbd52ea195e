import { RollcallError } from "../domain/errors.ts";

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
