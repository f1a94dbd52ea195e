import { RollcallError } from "./errors.ts";
import type { Millis } from "./model.ts";
import { canonicalTimeZone } from "./time-zone.ts";

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2101, 0, 1);
const LONGEST = 24 * 60 * 60 * 1000;

/** @throws VALIDATION_FAILED outside the years 2000 to 2100, or naming no moment */
export function validateTime(field: string, at: Millis): void {
  if (!(at >= EARLIEST && at < LATEST)) {
    throw new RollcallError("VALIDATION_FAILED", `${field} must lie in the years 2000 to 2100 (UTC).`, { field });
  }
}

/** @throws VALIDATION_FAILED unless the end comes after the start, at most 24 hours after */
export function validateWindow(start: Millis, end: Millis): void {
  validateTime("scheduledStart", start);
  validateTime("scheduledEnd", end);
  if (end <= start) throw refuseEnd("scheduledEnd must come after scheduledStart.");
  if (end - start > LONGEST) throw refuseEnd("A session lasts 24 hours at most.");
}

const refuseEnd = (message: string) => new RollcallError("VALIDATION_FAILED", message, { field: "scheduledEnd" });

/**
 * @returns the zone's name in the spelling of the IANA database
 * @throws VALIDATION_FAILED when it is no IANA time zone name; a bare offset such as +01:00 is none
 */
export function validateTimeZone(name: string): string {
  const zone = canonicalTimeZone(name);
  if (zone !== null) return zone;
  throw new RollcallError("VALIDATION_FAILED", "timeZone must be an IANA name, such as Europe/Berlin.", {
    field: "timeZone",
  });
}
