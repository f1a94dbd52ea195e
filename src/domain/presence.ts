import { type Interval, unionLength } from "./intervals.ts";
import { creditedUntil, isLive, type Lease } from "./lease.ts";
import type { Millis, ParticipantRole, Span } from "./model.ts";

/** What is known of one participant from their spans alone. Times in milliseconds; null: never, or not now. */
export interface ParticipantSummary {
  /** The first connection ever. */
  readonly connectedAt: Millis | null;
  /** When the last connection closed; null while one is open. */
  readonly disconnectedAt: Millis | null;
  readonly lastActivityAt: Millis | null;
  /** Union of the active spans, whole seconds: two tabs at once count once. */
  readonly totalActiveSeconds: number;
  readonly openConnections: number;
  /** Connected by at least one connection that is not idle. */
  readonly active: boolean;
}

/** Evidence for the suggestion: every stretch as credited until now. */
export interface EvidenceIntervals {
  readonly connected: boolean;
  readonly intervals: readonly (Interval & { readonly active: boolean })[];
}

/**
 * Derives a participant's presence from the ledger: open connections whose lease has run out by `now` count as ended
 * at their last proof of life, swept or not (P5).
 */
export function summarise(
  spans: readonly Span[],
  role: ParticipantRole,
  now: Millis,
  lease: Lease,
): ParticipantSummary {
  const mine = spans.filter((span) => span.role === role);
  const live = mine.filter((span) => isLive(span, now, lease));
  const total = unionLength(mine.filter((span) => span.active).map((span) => intervalOf(span, now)));
  return {
    connectedAt: least(mine.map((span) => span.startedAt)),
    disconnectedAt: live.length > 0 ? null : greatest(mine.map((span) => creditedUntil(span, now))),
    lastActivityAt: greatest(mine.map((span) => span.lastSeenAt)),
    totalActiveSeconds: Math.floor(total / 1000),
    openConnections: live.length,
    active: live.some((span) => span.active),
  };
}

export function evidenceOf(
  spans: readonly Span[],
  role: ParticipantRole,
  now: Millis,
  lease: Lease,
): EvidenceIntervals {
  const mine = spans.filter((span) => span.role === role);
  return {
    connected: mine.some((span) => isLive(span, now, lease)),
    intervals: mine.map((span) => ({ ...intervalOf(span, now), active: span.active })),
  };
}

/** One line of `connection_logs`, as plain SQL readers know it (D4). */
export interface LogEntry {
  readonly user_id: number;
  readonly user_type: "tutor" | "student";
  readonly event: "connect" | "disconnect" | "timeout";
  readonly timestamp: string;
  readonly connection_id: string;
}

const LOG_LENGTH = 200;

/** The comings and goings that the spans tell, oldest first, the newest 200. */
export function connectionLog(spans: readonly Span[]): LogEntry[] {
  const entries: (LogEntry & { readonly at: Millis })[] = [];
  for (const span of spans) {
    const entry = (event: LogEntry["event"], at: Millis) =>
      entries.push({
        at,
        user_id: span.userId,
        user_type: span.role === "TUTOR" ? "tutor" : "student",
        event,
        timestamp: new Date(at).toISOString(),
        connection_id: span.connectionId,
      });
    if (span.seq === 0) entry("connect", span.startedAt);
    if (span.endedAt !== null && !isInner(span)) {
      entry(span.endReason === "TIMED_OUT" ? "timeout" : "disconnect", span.endedAt);
    }
  }
  entries.sort((a, b) => a.at - b.at || compareText(a.connection_id, b.connection_id) || rank(a) - rank(b));
  return entries.slice(-LOG_LENGTH).map(({ at: _, ...entry }) => entry);
}

/** Of one moment a connection's coming is before its going, and the order is the same however the spans were read. */
function rank({ event }: LogEntry): number {
  return event === "connect" ? 0 : 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ended only to go on in a next span of the same connection. */
function isInner(span: Span): boolean {
  return span.endReason === "IDLE" || span.endReason === "ACTIVE" || span.endReason === "OUTAGE";
}

/** The last proof of life of anybody; null: nobody ever connected. */
export function lastProofOfLife(spans: readonly Span[]): Millis | null {
  return greatest(spans.map((span) => span.lastSeenAt));
}

/** The latest span of each connection. */
export function tails(spans: readonly Span[]): Span[] {
  const latest = new Map<string, Span>();
  for (const span of spans) {
    const known = latest.get(span.connectionId);
    if (known === undefined || known.seq < span.seq) latest.set(span.connectionId, span);
  }
  return [...latest.values()];
}

export function anybodyConnected(spans: readonly Span[], now: Millis, lease: Lease): boolean {
  return spans.some((span) => isLive(span, now, lease));
}

function intervalOf(span: Span, now: Millis): Interval {
  return { from: span.startedAt, to: creditedUntil(span, now) };
}

function least(times: readonly Millis[]): Millis | null {
  return times.reduce<Millis | null>((a, b) => (a === null || b < a ? b : a), null);
}

function greatest(times: readonly Millis[]): Millis | null {
  return times.reduce<Millis | null>((a, b) => (a === null || b > a ? b : a), null);
}
