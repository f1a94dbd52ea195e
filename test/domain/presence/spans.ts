/** Spans of a student's live connection, and short ways to say how they differ. Times in milliseconds from 0. */
import type { ConnectionIdentity } from "../../../src/domain/presence/connection.ts";
import type { Lease } from "../../../src/domain/presence/lease.ts";
import type { EndReason, Millis, Span } from "../../../src/domain/model.ts";

export const LEASE = 35_000;

/** The servers were never away. */
export const steady: Lease = { length: LEASE, away: null };

export const student: ConnectionIdentity = { id: "c-1", userId: 2, role: "STUDENT", evidence: "LIVE" };

/** Open, active, last seen at `lastSeenAt`. */
export function open(startedAt: Millis, lastSeenAt: Millis, more: Partial<Span> = {}): Span {
  return {
    connectionId: "c-1",
    seq: 0,
    userId: 2,
    role: "STUDENT",
    evidence: "LIVE",
    active: true,
    startedAt,
    lastSeenAt,
    endedAt: null,
    endReason: null,
    ...more,
  };
}

/** Active, ended at its last proof of life. */
export function over(startedAt: Millis, endedAt: Millis, endReason: EndReason, more: Partial<Span> = {}): Span {
  return { ...open(startedAt, endedAt), endedAt, endReason, ...more };
}
