/**
 * Before what a spreadsheet takes for a formula, and would run: at the start of a cell, also after blanks, and after what is
 * a separator where the comma is none (a semicolon in half of Europe), because there quotes within a line hold nothing together.
 */
const FORMULA = /(?=[=+\-@＝＋－＠])(?<=(?:^|[;\t\r\n])\s*)/g;

export type Cell = string | number | boolean | null | undefined;

/** One cell as RFC 4180 wants it; null is an empty one. What looks like a formula gets an apostrophe before it. */
export function cell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = value.replace(FORMULA, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const row = (cells: readonly Cell[]): string => `${cells.map(cell).join(",")}\r\n`;

const formats = new Map<string, Intl.DateTimeFormat>();

/** A time as it is where the lesson is, with its offset from UTC: 2026-03-02T17:00:00+01:00. */
export function localTime(utc: string | null, timeZone: string): string | null {
  if (utc === null) return null;
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "longOffset",
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(new Date(utc)).map(({ type, value }) => [type, value]));
  const [year, month, day] = [parts.get("year"), parts.get("month"), parts.get("day")];
  const time = [parts.get("hour"), parts.get("minute"), parts.get("second")].join(":");
  // «GMT+05:30», and «GMT» alone where it is zero.
  const offset = parts.get("timeZoneName")?.slice(3) || "+00:00";
  return `${year}-${month}-${day}T${time}${offset}`;
}
