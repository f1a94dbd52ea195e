import type { Actor } from "../../domain/access.ts";
import type { Millis, SessionFacts, SessionStatus } from "../../domain/model.ts";
import type { Session } from "../../generated/prisma/client.ts";
import type { ChangedSession } from "../shared/ports.ts";
import type { Person, SessionEnd } from "../shared/records.ts";

/** A session as it is shown: with its people and its whiteboard session. */
export type ShownSession = Session & {
  readonly tutor: Person;
  readonly student: Person;
  readonly whiteboard: WhiteboardRow | null;
};

/** A whiteboard session as it is shown, and whose it is. */
export interface WhiteboardRow {
  readonly id: number;
  readonly sessionId: number;
  readonly tutorId: number;
  readonly studentId: number;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  /** When retention removed its spans. */
  readonly evidenceRemovedAt: Date | null;
  /** Connections before this time were not recorded; null: none are missing. */
  readonly trackedFrom: Date | null;
}

/** A session as it stands. */
export interface SessionHead extends ChangedSession {
  /** Grows with every change: of its presence, attendance or status, and when its whiteboard opens. */
  readonly version: number;
}

/** The versions of many sessions, and the greatest id that any session has. */
export interface Versions {
  readonly byId: Map<number, number>;
  readonly newest: number;
}

/** A place in the list of sessions, which is ordered by scheduled start, then id. */
export interface SessionCursor {
  readonly scheduledStart: Millis;
  readonly id: number;
}

/** A place in a list that a maintenance job walks, which is ordered by a time, then an id. */
export interface Place {
  readonly at: Millis;
  readonly id: number;
}

/** Part of such a list. `next` is where the following part begins; null: this was the last one. */
export interface Slice<T> {
  readonly items: readonly T[];
  readonly next: Place | null;
}

export interface OverdueSession {
  readonly id: number;
  readonly whiteboardSessionId: number | null;
}

export interface SessionFilter {
  readonly from: Millis | null;
  readonly to: Millis | null;
  readonly status: SessionStatus | null;
  readonly tutorId: number | null;
  readonly studentId: number | null;
  readonly marked: boolean | null;
}

export interface NewSession {
  readonly tutorId: number;
  readonly studentId: number;
  readonly title: string | null;
  readonly scheduledStart: Millis;
  readonly scheduledEnd: Millis;
  readonly timeZone: string;
  readonly scheduledBy: number;
  /** Scheduled by an admin or a service: tutor and student know each other from then on. */
  readonly introduced: boolean;
  readonly createdAt: Millis;
}

export interface SessionStore {
  byId(id: number): Promise<ShownSession | null>;
  /** Sessions that the actor may know of. */
  page(
    actor: Actor,
    filter: SessionFilter,
    slice: { readonly limit: number; readonly after: SessionCursor | null },
  ): Promise<ShownSession[]>;
  count(actor: Actor, filter: SessionFilter): Promise<number>;
  /** In the order of lists; those that do not exist are left out. */
  byIds(ids: readonly number[]): Promise<ShownSession[]>;
  heads(ids: readonly number[]): Promise<SessionHead[]>;
  /** Of sessions by their scheduled start, half-open. */
  versionsBetween(from: Millis, to: Millis): Promise<Versions>;
  whiteboard(id: number): Promise<WhiteboardRow | null>;
  /**
   * Adds a session. With `guard` (a tutor schedules for themself) it first makes sure, under lock, that tutor and
   * student were introduced and that the tutor is free.
   */
  schedule(
    session: NewSession,
    guard: boolean,
  ): Promise<{ id: number } | "stranger" | "overlap" | "unknown person" | "erased person">;
  /** The open whiteboard session of a session, opened when there is none; `decide` throws to refuse. */
  openWhiteboard(sessionId: number, at: Millis, decide: (session: SessionFacts) => void): Promise<number>;
  /** Ends or cancels a session that has no whiteboard session; null when it has one by now. */
  finishWithoutWhiteboard(sessionId: number, decide: (session: SessionFacts) => SessionEnd | null): Promise<boolean>;
  /**
   * Unfinished sessions past everything that keeps them from completing by themselves, in the order of their scheduled end.
   * At most `limit` sessions are looked at, whatever comes of them.
   */
  overdue(before: Millis, limit: number, after: Place | null): Promise<Slice<OverdueSession>>;
  /** Completes those of the overdue sessions that have no whiteboard, at their scheduled end. Locked ones are left out. */
  completeWithoutWhiteboard(ids: readonly number[], before: Millis): Promise<ChangedSession[]>;
  /** Whiteboard sessions whose session was over, and last reported about, by `before`, and that still have evidence. */
  oldEvidence(before: Millis, limit: number, after: Place | null): Promise<Slice<number>>;
  /**
   * Removes the evidence of those that are still old enough, and marks them so, in one short transaction. Locked ones are
   * left out. Returns how many lost theirs.
   */
  removeEvidence(whiteboardSessionIds: readonly number[], before: Millis, at: Millis): Promise<number>;
}
