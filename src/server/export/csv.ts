import { canonicalTimeZone } from "../../domain/sessions/scheduling.ts";

/**
 * Before what a spreadsheet takes for a formula, and would run: at the start of a cell, also after blanks and quotes, and after
 * what is a separator where the comma is none (a semicolon in half of Europe). There the quotes around our cell stand in the
 * middle of a longer one and hold nothing together, and quotes after the separator begin a cell and are taken away.
 */
const FORMULA = /(?=[=+\-@＝＋－＠])(?<=(?:^|[;\t\r\n])[\s"]*)/g;

export type Cell = string | number | boolean | null | undefined;

/** One cell as RFC 4180 wants it; null is an empty one. What looks like a formula gets an apostrophe before it. */
export function cell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = value.replace(FORMULA, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const row = (cells: readonly Cell[]): string => `${cells.map(cell).join(",")}\r\n`;

/** About 27 KB each, outside of JavaScript's heap. */
const MAX_FORMATS = 50;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const zone = canonicalTimeZone(timeZone) ?? "UTC";
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "longOffset",
    });
  // The one that was used last comes last; the first one goes.
  formats.delete(zone);
  formats.set(zone, format);
  if (formats.size > MAX_FORMATS) for (const oldest of [...formats.keys()].slice(0, 1)) formats.delete(oldest);
  return format;
}

/**
 * A time as it is where the lesson is, with its offset from UTC: 2026-03-02T17:00:00+01:00. In UTC where a stored zone is none
 * that is known here.
 */
export function localTime(utc: string | null, timeZone: string): string | null {
  if (utc === null) return null;
  const format = formatOf(timeZone);
  const parts = new Map(format.formatToParts(new Date(utc)).map(({ type, value }) => [type, value]));
  const [year, month, day] = [parts.get("year"), parts.get("month"), parts.get("day")];
  const time = [parts.get("hour"), parts.get("minute"), parts.get("second")].join(":");
  // "GMT+05:30", and "GMT" alone where it is zero.
  const offset = parts.get("timeZoneName")?.slice(3) || "+00:00";
  return `${year}-${month}-${day}T${time}${offset}`;
}
