import type { Millis, Span } from "./model.ts";

/** A stretch in which no server looked after presence: nobody could prove life to us then (P13). */
export interface Away {
  readonly from: Millis;
  readonly until: Millis;
}

export interface Lease {
  /** How long a connection lives without proof of life. */
  readonly length: Millis;
  /** The latest stretch in which the servers were away; null: never. */
  readonly away: Away | null;
}

/** What the servers keep of their own presence, one record for all of them. */
export interface Watch {
  /** When one of them last looked after presence. */
  readonly aliveAt: Millis;
  readonly away: Away | null;
}

/**
 * The latest absence as it stands at `now`: more than `tolerance` since anybody looked is one that goes on until now.
 * One that begins before a whole lease has passed since the last goes on with it: nobody had their lease in between.
 */
export function awayBy(watch: Watch | null, now: Millis, tolerance: Millis, lease: Millis): Away | null {
  if (watch === null) return null;
  const { aliveAt, away } = watch;
  if (now - aliveAt <= tolerance) return away;
  return { from: away !== null && aliveAt <= away.until + lease ? away.from : aliveAt, until: now };
}

/** The record after somebody looked at `now`. */
export function looked(watch: Watch | null, now: Millis, tolerance: Millis, lease: Millis): Watch {
  return { aliveAt: Math.max(watch?.aliveAt ?? now, now), away: awayBy(watch, now, tolerance, lease) };
}

/**
 * The last moment at which an open span may still prove life. Who was alive when the servers went away has a whole
 * lease from their return. Reported connections are judged by their events alone: LEASED ones by the bare lease,
 * INTERVALS never expire.
 */
export function expiresAt(span: Span, lease: Lease): Millis {
  if (span.evidence === "INTERVALS") return Number.POSITIVE_INFINITY;
  const plain = span.lastSeenAt + lease.length;
  const { away } = lease;
  if (span.evidence !== "LIVE" || away === null) return plain;
  const caught = plain >= away.from && span.lastSeenAt <= away.until;
  return caught ? Math.max(plain, away.until + lease.length) : plain;
}

/** In the ledger the span is open; at `now` its lease may have run out, swept or not (P5). */
export function isLive(span: Span, now: Millis, lease: Lease): boolean {
  return span.endedAt === null && now <= expiresAt(span, lease);
}

/** Until when a span credits time: its end, or its last proof of life; an open INTERVALS span is evidence until `now`. */
export function creditedUntil(span: Span, now: Millis): Millis {
  if (span.endedAt !== null) return span.endedAt;
  return span.evidence === "INTERVALS" ? Math.max(now, span.lastSeenAt) : span.lastSeenAt;
}
