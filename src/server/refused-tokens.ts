import type { TokenRefused } from "../auth/refusal.ts";
import type { RollcallError } from "../domain/errors.ts";
import type { Log } from "../services/ports.ts";

/** What is refused before anybody is known: a wrong token, or a header that holds none. */
const reasonOf = (error: RollcallError): string => ("reason" in error ? (error as TokenRefused).reason : error.message);

/** Tells who runs the server why, at debug: a stranger can send as many as they like. Never the token itself. */
export function noteRefusal(log: Pick<Log, "debug">, error: RollcallError, where: object): void {
  if (error.code === "UNAUTHENTICATED") log.debug({ ...where, reason: reasonOf(error) }, "a token was refused");
}

/** The headers of a refusal (RFC 6750, 3). In development they say why. */
export function refusalHeaders(error: RollcallError, development: boolean): Record<string, string> {
  if (error.code === "UNAVAILABLE") return { "retry-after": "1" };
  if (!development) return { "www-authenticate": "Bearer" };
  // A quoted string has neither quotes nor backslashes.
  const description = reasonOf(error).replace(/["\\]/g, "'");
  return { "www-authenticate": `Bearer error="invalid_token", error_description="${description}"` };
}
