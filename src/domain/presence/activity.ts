import type { Interval } from "./intervals.ts";
import { creditedUntil } from "./lease.ts";
import type { Millis, Span } from "../model.ts";

/** Spans of one connection that hold one activity each, however short they are. */
export const SINGLE_SPANS = 10;
/** After those, a change of activity less than this many milliseconds after the start of its span stays inside (P10). */
export const MERGED_WITHIN: Millis = 60_000;
/** A service has no limit of heartbeats: a span that holds this many changes is full. */
const MAX_CHANGES = 60;

/**
 * Whether a change of activity at `at` stays inside its span, so that a client that changes its mind all the time adds
 * a span a minute. Reported connections stay the plain fold of their events (P15).
 */
export function staysInside(span: Span, at: Millis): boolean {
  return (
    span.evidence === "LIVE" &&
    span.seq + 1 >= SINGLE_SPANS &&
    at - span.startedAt < MERGED_WITHIN &&
    (span.changes?.length ?? 0) < MAX_CHANGES
  );
}

/** The span after a change of activity inside of it. */
export function changed(span: Span, at: Millis, active: boolean): Span {
  return { ...span, active, lastSeenAt: at, changes: [...(span.changes ?? []), at] };
}

/** A stretch with one activity. */
export interface Stretch extends Interval {
  readonly active: boolean;
}

/** The stretches of a span, as credited until `now`: one, and one more for each change inside of it. */
export function stretchesOf(span: Span, now: Millis): Stretch[] {
  const end = creditedUntil(span, now);
  const { changes = [] } = span;
  const active = (index: number) => ((changes.length - index) % 2 === 0 ? span.active : !span.active);
  const starts = [span.startedAt, ...changes];
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? end, active: active(index) }));
}

/** Active stretches of several spans. */
export function activeStretches(spans: readonly Span[], now: Millis): Interval[] {
  return spans.flatMap((span) => stretchesOf(span, now)).filter(({ active }) => active);
}

/** Active time of one span, in milliseconds. */
export function activeTime(span: Span, now: Millis): Millis {
  return activeStretches([span], now).reduce((total, { from, to }) => total + Math.max(0, to - from), 0);
}
