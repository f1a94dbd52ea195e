/** The words of the contract (docs/SPEC.md §1) as types. Times are milliseconds since the epoch, everywhere. */
export type Millis = number;

export type ParticipantRole = "TUTOR" | "STUDENT";
export type AttendanceStatus = "PRESENT" | "LATE" | "ABSENT" | "EXCUSED";
export type AttendanceSource = "SYSTEM_DEFAULT" | "WHITEBOARD_AUTO" | "MANUAL" | "PARENT_REPORTED" | "ADMIN_OVERRIDE";
export type Confidence = "HIGH" | "MEDIUM" | "LOW";
export type SessionStatus = "SCHEDULED" | "IN_PROGRESS" | "COMPLETED" | "CANCELLED";
export type Activity = "HEARTBEAT" | "DRAW" | "TYPE" | "ERASE" | "IDLE";
export type PresenceEvent = "SNAPSHOT" | "CONNECTED" | "DISCONNECTED" | "TIMED_OUT" | "ACTIVITY" | "SESSION_ENDED";
export type EndReason = "DISCONNECTED" | "SOCKET_CLOSED" | "TIMED_OUT" | "SESSION_ENDED" | "OUTAGE" | "IDLE" | "ACTIVE";
export type ConnectionEventKind = "CONNECT" | "HEARTBEAT" | "DISCONNECT";

/** LIVE: a client of ours. LEASED and INTERVALS: reported; the first proves life by events, the second by its ends only. */
export type Evidence = "LIVE" | "LEASED" | "INTERVALS";

/**
 * One unbroken stretch of one connection in one state, or with changes of activity inside of it (P10). `endedAt` and
 * `endReason` are null together: the span is open.
 */
export interface Span {
  readonly connectionId: string;
  /** Place among the spans of its connection, from 0. */
  readonly seq: number;
  readonly userId: number;
  readonly role: ParticipantRole;
  readonly evidence: Evidence;
  /** At its end; while it is open, now. */
  readonly active: boolean;
  /** When its activity changed, in order; absent where it did not. */
  readonly changes?: readonly Millis[];
  readonly startedAt: Millis;
  /** The last proof of life. */
  readonly lastSeenAt: Millis;
  readonly endedAt: Millis | null;
  readonly endReason: EndReason | null;
}

/** The facts of a session that presence, suggestion and marking decide by. */
export interface SessionFacts {
  readonly id: number;
  readonly tutorId: number;
  readonly studentId: number;
  readonly status: SessionStatus;
  readonly scheduledStart: Millis;
  readonly scheduledEnd: Millis;
  readonly createdAt: Millis;
  readonly endedAt: Millis | null;
  /** Somebody called endSession; false while running and when the session completed by itself. */
  readonly endedOnRequest: boolean;
}

/** Of any id that is a number: PostgreSQL's int4. */
export const MAX_ID = 2 ** 31 - 1;

export const ROLES = ["TUTOR", "STUDENT"] as const satisfies readonly ParticipantRole[];
