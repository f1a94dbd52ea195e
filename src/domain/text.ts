import { RollcallError } from "./errors.ts";

/** M7: the most code points that the notes of a mark may have. */
export const MAX_NOTES = 2_000;

/**
 * Returns `value` if it can be stored and read back unchanged: no NUL (PostgreSQL refuses it), no lone surrogate (UTF-8
 * cannot hold one) and at most `maxCodePoints` code points. Otherwise throws VALIDATION_FAILED, naming the field.
 */
export function validateText(field: string, value: string, maxCodePoints: number): string {
  if (value.includes("\0")) throw invalid(field, `${field} contains a NUL character.`);
  // With the u flag a pair is one code point, so what is still a surrogate stands alone.
  if (/\p{Surrogate}/u.test(value)) throw invalid(field, `${field} contains half of a surrogate pair.`);
  const length = codePoints(value);
  if (length > maxCodePoints)
    throw invalid(field, `${field} has ${length} characters, at most ${maxCodePoints} are allowed.`);
  return value;
}

/** Length in code points: an emoji is one, where String.length says two. */
export function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

/** How somebody is shown whose name is not known, or was erased. */
export function nameOfNumber(userId: number): string {
  return `User ${userId}`;
}

function invalid(field: string, message: string): RollcallError {
  return new RollcallError("VALIDATION_FAILED", message, { field });
}

/** An origin of the web, exactly as browsers send it. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
