import type { Millis, Span } from "../model.ts";

/** A stretch in which proofs of life could not be written, whatever the reason (P13). */
export interface Away {
  readonly from: Millis;
  readonly until: Millis;
}

export interface Lease {
  /** How long a connection lives without proof of life. */
  readonly length: Millis;
  /** The latest such stretch; null: never. */
  readonly away: Away | null;
}

/** What the servers keep of their own presence, one record for all of them; and of a whiteboard whose rows were found locked. */
export interface Watch {
  /** When proofs of life could last be written, as far as anybody has looked. */
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

/**
 * The record after somebody looked at `now`, and could write.
 * @param unwritten since when what came to this process could not be written, although others could write; null: it was
 */
export function looked(
  watch: Watch | null,
  now: Millis,
  tolerance: Millis,
  lease: Millis,
  unwritten: Millis | null = null,
): Watch {
  const away = awayBy(watch, now, tolerance, lease);
  return {
    aliveAt: Math.max(watch?.aliveAt ?? now, now),
    away: awayBy({ aliveAt: unwritten ?? now, away }, now, tolerance, lease),
  };
}

/**
 * The record of one whiteboard after somebody looked whether its rows are `free`; null: nothing to keep.
 * @param servers the servers' own latest absence: the whiteboard's goes on with it, and is known when that is forgotten
 */
export function lockedRowsLooked(
  watch: Watch | null,
  free: boolean,
  now: Millis,
  tolerance: Millis,
  lease: Millis,
  servers: Away | null,
): Watch | null {
  const own = free ? (watch?.away ?? null) : awayBy(watch, now, tolerance, lease);
  const away = own && bothAway(servers, own, lease);
  if (!free) return { aliveAt: watch?.aliveAt ?? now, away };
  // Later than that nobody has a lease left that it could lengthen.
  return away === null || now > away.until + 2 * lease ? null : { aliveAt: now, away };
}

/** What two absences come to, as if one had come after the other: the later one, and the earlier one before it with it. */
export function bothAway(a: Away | null, b: Away | null, lease: Millis): Away | null {
  if (a === null || b === null) return a ?? b;
  const [first, second] = a.from <= b.from ? [a, b] : [b, a];
  if (second.from > first.until + lease) return second;
  return { from: first.from, until: Math.max(first.until, second.until) };
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
