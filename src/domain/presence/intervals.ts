import type { Millis } from "../model.ts";

/**
 * A stretch of time in milliseconds. As a length it is half-open, [from, to). As a moment of presence it is closed: a
 * connection that started and was never seen again is [t, t] and still was there at t. One with `to` before `from` is empty.
 */
export interface Interval {
  readonly from: Millis;
  readonly to: Millis;
}

/** Milliseconds covered by at least one interval: overlap counts once, gaps count nothing. Any order. */
export function unionLength(intervals: readonly Interval[]): Millis {
  const sorted = [...intervals].sort((a, b) => a.from - b.from);
  let total = 0;
  let coveredTo = Number.NEGATIVE_INFINITY;
  for (const { from, to } of sorted) {
    if (to <= coveredTo) continue;
    total += Math.max(0, to - Math.max(from, coveredTo));
    coveredTo = to;
  }
  return total;
}

/** The same moments in as few intervals as can be, in order. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ from, to }) => from <= to).sort((a, b) => a.from - b.from);
  const parts: Interval[] = [];
  for (const { from, to } of sorted) {
    const last = parts.at(-1);
    if (last === undefined || from > last.to) parts.push({ from, to });
    else if (to > last.to) parts[parts.length - 1] = { from: last.from, to };
  }
  return parts;
}

/** What of the intervals lies inside the window, in their order. One that only touches an end of it stays, with length 0. */
export function clip(intervals: readonly Interval[], window: Interval): Interval[] {
  const inside: Interval[] = [];
  for (const interval of intervals) {
    const from = Math.max(interval.from, window.from);
    const to = Math.min(interval.to, window.to);
    // An interval that runs backwards is empty, also where both its ends lie inside.
    if (from <= to) inside.push({ from, to });
  }
  return inside;
}

/** The first moment at or after `at` that lies in any (closed) interval; null when there is none. */
export function firstCovered(intervals: readonly Interval[], at: Millis): Millis | null {
  let first: Millis | null = null;
  for (const { from, to } of intervals) {
    if (to < at || to < from) continue;
    const moment = Math.max(from, at);
    if (first === null || moment < first) first = moment;
  }
  return first;
}

/** The last moment that lies in any (closed) interval; null when there is none. */
export function lastCovered(intervals: readonly Interval[]): Millis | null {
  let last: Millis | null = null;
  for (const { from, to } of intervals) {
    if (from <= to && (last === null || to > last)) last = to;
  }
  return last;
}
