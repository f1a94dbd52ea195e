import { expectKind, RollcallError } from "../errors.ts";
import type { Millis } from "../model.ts";

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2101, 0, 1);
const LONGEST = 24 * 60 * 60 * 1000;

/** @throws VALIDATION_FAILED outside the years 2000 to 2100, or naming no moment */
export function validateTime(field: string, at: Millis): void {
  if (!(at >= EARLIEST && at < LATEST)) {
    throw new RollcallError("VALIDATION_FAILED", `${field} must be in the years 2000 to 2100 (UTC).`, { field });
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

/** Words of IANA names that are not written like "Berlin". Most are abbreviations; the others come from Intl's own list. */
const WORDS = new Map(
  [
    ..."ACT BajaNorte BajaSur CET ChST ComodRivadavia CST6CDT DeNoronha DumontDUrville EasterIsland EET EST EST5EDT GB".split(
      " ",
    ),
    ..."GMT GMT0 HST IN LHI McMurdo MET MST MST7MDT NSW NZ CHAT PRC PST8PDT ROC ROK SU UCT UTC US WET au de es of".split(
      " ",
    ),
  ].map((word) => [word.toLowerCase(), word]),
);

/** Every name that was asked for and is one, by its lower case: there are about 600. */
const known = new Map<string, string>();

/**
 * The name of a time zone in the spelling of the IANA database, whatever case it comes in: `eUrOpE/bErLiN` is Europe/Berlin.
 * An alias stays an alias. Null: there is no such zone; a bare offset such as +01:00 is none.
 */
export function canonicalTimeZone(name: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return null;
  const lower = name.toLowerCase();
  const before = known.get(lower);
  if (before !== undefined) return before;
  if (!exists(lower)) return null;
  const canonical = lower.replace(
    /[a-z0-9]+/g,
    (word) => WORDS.get(word) ?? word.charAt(0).toUpperCase() + word.slice(1),
  );
  known.set(lower, canonical);
  return canonical;
}

function exists(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    expectKind(error, RangeError);
    return false;
  }
}
