/* Times as they are shown. Which day it is comes from the server's clock, the zone from the browser. */

export const HERE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const MINUTE = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it a hundred times. */
function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
  formats.set(key, known);
  return known;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** "16:05" */
export const clock = (at: number | string, timeZone = HERE): string =>
  format(timeZone, CLOCK).format(typeof at === "string" ? Date.parse(at) : at);

/** "16:05:09" */
export const preciseClock = (at: number | string, timeZone = HERE): string =>
  format(timeZone, { ...CLOCK, second: "2-digit" }).format(typeof at === "string" ? Date.parse(at) : at);

/** "Mon 2 March, 16:05" */
export const moment = (at: string, timeZone = HERE): string =>
  `${format(timeZone, { weekday: "short", day: "numeric", month: "long" }).format(Date.parse(at))}, ${clock(at, timeZone)}`;

/** Whether clocks in a zone show something else than clocks here. */
export const differs = (at: string, timeZone: string): boolean => clock(at, timeZone) !== clock(at);

/** "Berlin" of "Europe/Berlin" */
export const placeOf = (timeZone: string): string => timeZone.slice(timeZone.lastIndexOf("/") + 1).replaceAll("_", " ");

/** A day as "2026-03-02", as people here count days. */
export type Day = string;

export function dayOf(at: number): Day {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Midnight, and the next one: a day may have 23 or 25 hours. */
export function boundsOf(day: Day): { readonly from: string; readonly to: string } {
  return { from: midnight(day, 0).toISOString(), to: midnight(day, 1).toISOString() };
}

export const dayBeside = (day: Day, count: number): Day => dayOf(midnight(day, count).getTime());

/** "Monday 2 March 2026" */
export const dayInWords = (day: Day): string =>
  format(HERE, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(midnight(day, 0));

function midnight(day: Day, later: number): Date {
  const [year = 2000, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later);
}

/** "52 min", "1 h 05 min", "40 s" */
export function duration(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / 1000)} s`;
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
