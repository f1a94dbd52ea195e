import { activeStretches } from "./activity.ts";
import { clip, type Interval, joined, unionLength } from "./intervals.ts";
import type { Millis, Span } from "../model.ts";

/**
 * What the closed spans of one participant add up to. With it a change needs the open spans only, however many are
 * closed: closed spans never change, and open ones never lose what they have credited.
 */
export interface Carried {
  /** Of the closed spans: the first start, the last end, the last proof of life. Null: none is closed. */
  readonly connectedAt: Millis | null;
  readonly endedAt: Millis | null;
  readonly lastSeenAt: Millis | null;
  /** Active time up to `until`, of closed and of open spans: nothing that happens from now on changes it. */
  readonly activeTime: Millis;
  readonly until: Millis;
  /** Active stretches of closed spans that go on after `until`, joined where they touch. */
  readonly later: readonly Interval[];
}

/** Of a participant without closed spans. */
export const NOTHING: Carried = {
  connectedAt: null,
  endedAt: null,
  lastSeenAt: null,
  activeTime: 0,
  until: 0,
  later: [],
};

/** Active time in all: what is carried, and `spans` as credited until `now`. */
export function activeTimeOf(carried: Carried, spans: readonly Span[], now: Millis): Millis {
  const all = [...carried.later, ...activeStretches(spans, now)];
  return carried.activeTime + unionLength(clip(all, { from: carried.until, to: Number.POSITIVE_INFINITY }));
}

/** Takes in the closed ones of a participant's spans. `spans`: all that are open, and those that closed since. */
export function carry(carried: Carried, spans: readonly Span[], now: Millis): Carried {
  const closed = spans.filter((span) => span.endedAt !== null);
  const until = settledUntil(carried, spans, now);
  const all = [...carried.later, ...activeStretches(spans, now)];
  const later = [...carried.later, ...activeStretches(closed, now)].filter(({ to }) => to > until);
  return {
    connectedAt: least([carried.connectedAt, ...closed.map((span) => span.startedAt)]),
    endedAt: greatest([carried.endedAt, ...closed.map((span) => span.endedAt)]),
    lastSeenAt: greatest([carried.lastSeenAt, ...closed.map((span) => span.lastSeenAt)]),
    activeTime: carried.activeTime + unionLength(clip(all, { from: carried.until, to: until })),
    until,
    later: joined(clip(later, { from: until, to: Number.POSITIVE_INFINITY })),
  };
}

/**
 * Whether spans that are written reach behind what is settled, as where the clock of another server is behind: then it
 * has to be computed from all spans again. `known`: the spans as they were.
 */
export function reachesBehind(carried: Carried, known: readonly Span[], written: readonly Span[]): boolean {
  const before = new Set(known.map(keyOf));
  return written.some((span) => {
    const from = before.has(keyOf(span)) ? carried.until : span.startedAt;
    return Math.min(from, span.endedAt ?? span.lastSeenAt) < carried.until;
  });
}

/** Up to here no open span can change any more: it is credited until its last proof of life at least. */
function settledUntil(carried: Carried, spans: readonly Span[], now: Millis): Millis {
  // Reported connections without a lease are credited until now, whenever they were seen.
  const open = spans.filter((span) => span.endedAt === null && span.evidence !== "INTERVALS");
  const last = greatest([carried.lastSeenAt, carried.endedAt, ...spans.map((span) => span.endedAt ?? span.lastSeenAt)]);
  return Math.max(carried.until, Math.min(now, last ?? 0, ...open.map((span) => span.lastSeenAt)));
}

const keyOf = (span: Span) => `${span.connectionId}/${span.seq}`;

export function least(times: readonly (Millis | null)[]): Millis | null {
  return times.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

export function greatest(times: readonly (Millis | null)[]): Millis | null {
  return times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
