import type { Actor } from "../domain/access.ts";
import type { Millis, SessionFacts, SessionStatus } from "../domain/model.ts";
import type { Session, WhiteboardSession } from "../generated/prisma/client.ts";
import type { ChangedSession } from "./ports.ts";
import type { Person, SessionEnd } from "./records.ts";

/** What Prisma is to load along with a row, as the schema's plugin reads it from an operation. */
export interface Selection {
  readonly select?: object;
  readonly include?: object;
}

/** As it is listed. */
export type ListedSession = Session & { readonly tutor: Person; readonly student: Person };

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
  byId(id: number, selection: Selection): Promise<Session | null>;
  /** Sessions that the actor may know of. */
  page(
    actor: Actor,
    filter: SessionFilter,
    slice: { readonly limit: number; readonly after: SessionCursor | null },
    selection: Selection,
  ): Promise<ListedSession[]>;
  count(actor: Actor, filter: SessionFilter): Promise<number>;
  /** Sessions as lists show them; those that do not exist are left out. */
  listed(ids: readonly number[]): Promise<ListedSession[]>;
  /** Listed sessions with all that is asked for. */
  complete(rows: readonly ListedSession[], selection: Selection): Promise<ListedSession[]>;
  heads(ids: readonly number[]): Promise<SessionHead[]>;
  /** Of sessions by their scheduled start, half-open. */
  versionsBetween(from: Millis, to: Millis): Promise<Versions>;
  whiteboard(id: number, selection: Selection): Promise<WhiteboardSession | null>;
  /**
   * Adds a session. With `guard` (a tutor schedules for themself) it first makes sure, under lock, that tutor and
   * student were introduced and that the tutor is free.
   */
  schedule(session: NewSession, guard: boolean): Promise<{ id: number } | "stranger" | "overlap" | "unknown person">;
  /** The open whiteboard session of a session, opened when there is none; `decide` throws to refuse. */
  openRoom(sessionId: number, at: Millis, decide: (session: SessionFacts) => void): Promise<number>;
  /** Ends or cancels a session that has no whiteboard session; null when it has one by now. */
  finishWithoutRoom(sessionId: number, decide: (session: SessionFacts) => SessionEnd | null): Promise<boolean>;
  /** Whiteboard sessions of unfinished sessions past everything that keeps them from completing by themselves. */
  overdue(before: Millis, limit: number): Promise<number[]>;
  /** Completes overdue sessions that never had a whiteboard, at their scheduled end. Answers with them. */
  completeWithoutRoom(before: Millis, limit: number): Promise<ChangedSession[]>;
  /**
   * Removes the evidence of sessions that were over, and last reported about, by `before`, and marks them so. One short
   * transaction for at most `limit` of them; those that somebody else works on are left out. Answers with how many.
   */
  removeEvidence(before: Millis, at: Millis, limit: number): Promise<number>;
}
