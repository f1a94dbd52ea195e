import { type Stretch, stretchesOf } from "./activity.ts";
import { activeTimeOf, type Carried, greatest, least, NOTHING } from "./carried.ts";
import { creditedUntil, isLive, type Lease } from "./lease.ts";
import type { Millis, ParticipantRole, Span } from "../model.ts";

/** What is carried of both, so that the closed spans need not be read. */
export type CarriedByRole = Readonly<Record<ParticipantRole, Carried>>;

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
  readonly intervals: readonly Stretch[];
}

/**
 * Derives a participant's presence from the ledger: open connections whose lease has run out by `now` count as ended
 * at their last proof of life, swept or not (P5).
 *
 * @param carried of this participant, where `spans` leave out those that it has taken in
 */
export function summarise(
  spans: readonly Span[],
  role: ParticipantRole,
  now: Millis,
  lease: Lease,
  carried: Carried = NOTHING,
): ParticipantSummary {
  const mine = spans.filter((span) => span.role === role);
  const live = mine.filter((span) => isLive(span, now, lease));
  return {
    connectedAt: least([carried.connectedAt, ...mine.map((span) => span.startedAt)]),
    disconnectedAt:
      live.length > 0 ? null : greatest([carried.endedAt, ...mine.map((span) => creditedUntil(span, now))]),
    lastActivityAt: greatest([carried.lastSeenAt, ...mine.map((span) => span.lastSeenAt)]),
    totalActiveSeconds: Math.floor(activeTimeOf(carried, mine, now) / 1000),
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
    intervals: mine.flatMap((span) => stretchesOf(span, now)),
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
  return newest(spans.flatMap((span) => [...coming(span), ...going(span)]));
}

/**
 * The log after `written`, from the log before and the spans as they were; null: nobody came or went. A span that has
 * ended is not written again.
 */
export function logAfter(
  log: readonly LogEntry[],
  known: readonly Span[],
  written: readonly Span[],
): LogEntry[] | null {
  const before = new Set(known.map((span) => `${span.connectionId}/${span.seq}`));
  const isNew = (span: Span) => !before.has(`${span.connectionId}/${span.seq}`);
  const news = written.flatMap((span) => [...(isNew(span) ? coming(span) : []), ...going(span)]);
  return news.length === 0 ? null : newest([...log, ...news]);
}

function coming(span: Span): LogEntry[] {
  return span.seq === 0 ? [entryOf(span, "connect", span.startedAt)] : [];
}

function going(span: Span): LogEntry[] {
  if (span.endedAt === null || isInner(span)) return [];
  return [entryOf(span, span.endReason === "TIMED_OUT" ? "timeout" : "disconnect", span.endedAt)];
}

function entryOf(span: Span, event: LogEntry["event"], at: Millis): LogEntry {
  return {
    user_id: span.userId,
    user_type: span.role === "TUTOR" ? "tutor" : "student",
    event,
    timestamp: new Date(at).toISOString(),
    connection_id: span.connectionId,
  };
}

/** By time: of one format and length, the texts sort as their times do. */
function newest(entries: LogEntry[]): LogEntry[] {
  entries.sort(
    (a, b) =>
      compareText(a.timestamp, b.timestamp) || compareText(a.connection_id, b.connection_id) || rank(a) - rank(b),
  );
  return entries.slice(-LOG_LENGTH);
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
export function lastProofOfLife(spans: readonly Span[], carried: CarriedByRole | null = null): Millis | null {
  const { TUTOR = NOTHING, STUDENT = NOTHING } = carried ?? {};
  return greatest([TUTOR.lastSeenAt, STUDENT.lastSeenAt, ...spans.map((span) => span.lastSeenAt)]);
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
