import type { AttendanceState, StudentAuthority, TutorAuthority } from "./attendance.ts";
import type { AttendanceSource, AttendanceStatus, Millis, ParticipantRole, SessionFacts } from "../model.ts";
import {
  assertAuthority,
  assertOpen,
  assertRoleMay,
  assertShape,
  type MarkActor,
  type MarkRequest,
  refusal,
  roleOf,
  type Targets,
  targetsOf,
} from "./marking-request.ts";
import type { Suggestion } from "../suggestion/suggest.ts";

export type { MarkActor, MarkRequest } from "./marking-request.ts";

/** What the mark is decided by, read under the lock that the mark is written under. */
export interface MarkState {
  readonly session: SessionFacts;
  readonly attendance: AttendanceState;
  /** The suggestion on the table; null when there is none. */
  readonly suggestion: Suggestion | null;
  /** Why there is none, in words for the person who marks; null when there is one. */
  readonly whyNone: string | null;
  readonly now: Millis;
}

/** M6: the row of history, which never changes again. */
export interface MarkRecord {
  readonly sessionId: number;
  readonly at: Millis;
  readonly actorId: number;
  readonly actorRole: StudentAuthority;
  readonly source: AttendanceSource;
  readonly tutorStatusBefore: AttendanceStatus;
  readonly tutorStatusAfter: AttendanceStatus;
  readonly studentStatusBefore: AttendanceStatus;
  readonly studentStatusAfter: AttendanceStatus;
  /** Those given with this mark, not those that stayed from before. */
  readonly notes: string | null;
  readonly suggestion: Suggestion | null;
  /** The person set their own status to something else than the evidence suggested for them. */
  readonly overrodeOwnSuggestion: boolean;
  /** Whose status an accepted suggestion left alone (M8); null: nobody's. */
  readonly keptStatusOf: ParticipantRole | null;
}

export interface MarkDecision {
  readonly attendance: AttendanceState;
  readonly record: MarkRecord;
}

/** The statuses that a mark sets; null for the one that it leaves alone. */
interface Change {
  readonly source: AttendanceSource;
  readonly tutorStatus: AttendanceStatus | null;
  readonly studentStatus: AttendanceStatus | null;
  readonly keptStatusOf: ParticipantRole | null;
}

const SOURCES: Readonly<Record<StudentAuthority, AttendanceSource>> = {
  TUTOR: "MANUAL",
  PARENT: "PARENT_REPORTED",
  ADMIN: "ADMIN_OVERRIDE",
};

/**
 * Decides a mark (M1 to M8) and changes nothing. Throws, in this order: FORBIDDEN for what the role may never do;
 * BAD_USER_INPUT or VALIDATION_FAILED for what no state could make right; CONFLICT for a cancelled session or a stale
 * version; FORBIDDEN for a status that somebody higher marked; NO_SUGGESTION; CONFLICT when nothing is left to accept.
 * So whoever reads on a stale page hears that first, and nobody learns of a suggestion that they could not apply.
 */
export function decideMark(request: MarkRequest, state: MarkState): MarkDecision {
  const role = roleOf(request.actor);
  assertRoleMay(request, role);
  const notes = assertShape(request);
  assertOpen(request.expectedVersion, state.session.status, state.attendance.version);
  const targets = targetsOf(request, state.attendance);
  assertAuthority(targets, state.attendance, role);
  const change = request.useSuggestion === true ? accepted(state, targets) : given(request, role);
  return {
    attendance: nextState(request.actor.id, role, change, notes, state),
    record: recordOf(request.actor, role, change, notes, state),
  };
}

/** M8: what a person decided stays, participant by participant, unless the request replaces decisions. */
function accepted({ suggestion, whyNone }: MarkState, targets: Targets): Change {
  if (suggestion === null) throw refusal("NO_SUGGESTION", whyNone ?? "There is no suggestion for this session.");
  if (!suggestion.hasWhiteboard)
    throw refusal("NO_SUGGESTION", "There is no whiteboard, so there is no evidence for a suggestion.");
  if (!suggestion.isFinal) throw refusal("NO_SUGGESTION", "The suggestion is provisional until the lesson is over.");
  if (!targets.tutor && !targets.student) {
    throw refusal(
      "CONFLICT",
      "Both statuses are decided already: nothing is left to accept. Give replaceDecisions: true to replace them.",
    );
  }
  return {
    source: "WHITEBOARD_AUTO",
    tutorStatus: targets.tutor ? suggestion.tutor.status : null,
    studentStatus: targets.student ? suggestion.student.status : null,
    keptStatusOf: targets.tutor ? (targets.student ? null : "STUDENT") : "TUTOR",
  };
}

function given({ tutorStatus, studentStatus }: MarkRequest, role: StudentAuthority): Change {
  const statuses = { tutorStatus: tutorStatus ?? null, studentStatus: studentStatus ?? null };
  return { source: SOURCES[role], ...statuses, keptStatusOf: null };
}

function nextState(
  actorId: number,
  role: StudentAuthority,
  change: Change,
  notes: string | null | undefined,
  { attendance: before, now }: MarkState,
): AttendanceState {
  // Notes stand beside `markedBy`: words of another person must not pass for the actor's, nor be shown as theirs.
  const kept = before.markedBy === actorId ? before.notes : null;
  return {
    tutorStatus: change.tutorStatus ?? before.tutorStatus,
    studentStatus: change.studentStatus ?? before.studentStatus,
    // A parent never sets the tutor's status: assertRoleMay.
    tutorAuthority: change.tutorStatus === null ? before.tutorAuthority : (role as TutorAuthority),
    studentAuthority: change.studentStatus === null ? before.studentAuthority : role,
    source: change.source,
    notes: notes === undefined ? kept : notes,
    markedBy: actorId,
    markedAt: now,
    keptStatusOf: change.keptStatusOf,
    version: before.version + 1,
  };
}

function recordOf(
  actor: MarkActor,
  role: StudentAuthority,
  change: Change,
  notes: string | null | undefined,
  { session, attendance: before, suggestion, now }: MarkState,
): MarkRecord {
  return {
    sessionId: session.id,
    at: now,
    actorId: actor.id,
    actorRole: role,
    source: change.source,
    tutorStatusBefore: before.tutorStatus,
    tutorStatusAfter: change.tutorStatus ?? before.tutorStatus,
    studentStatusBefore: before.studentStatus,
    studentStatusAfter: change.studentStatus ?? before.studentStatus,
    notes: notes ?? null,
    suggestion,
    overrodeOwnSuggestion: overrode(actor, change, suggestion),
    keptStatusOf: change.keptStatusOf,
  };
}

/** A suggestion counts, provisional too, if there was evidence behind it: a presumption (S0, S7) is nothing to override. */
function overrode(actor: MarkActor, change: Change, suggestion: Suggestion | null): boolean {
  if (suggestion === null) return false;
  const against = (own: AttendanceStatus | null, { rule, status }: Suggestion["tutor"]) =>
    own !== null && own !== status && rule !== "S0" && rule !== "S7";
  return (
    (actor.isTutor && against(change.tutorStatus, suggestion.tutor)) ||
    (actor.isStudent && against(change.studentStatus, suggestion.student))
  );
}
