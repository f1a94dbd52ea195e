import { type AttendanceState, marksOf, type StudentAuthority } from "./attendance.ts";
import { type ErrorCode, RollcallError } from "../errors.ts";
import type { AttendanceStatus, SessionStatus } from "../model.ts";
import { MAX_NOTES, validateText } from "../text.ts";

export interface MarkActor {
  readonly id: number;
  /** The role that the relation to the session supports. An admin who is its tutor marks as tutor, whatever this says. */
  readonly as: StudentAuthority;
  /** Is the tutor, or the student, of this session. */
  readonly isTutor: boolean;
  readonly isStudent: boolean;
}

/** Null means left out, everywhere. */
export interface MarkRequest {
  readonly actor: MarkActor;
  readonly useSuggestion?: boolean | null;
  /** Goes with `useSuggestion`: statuses that a person decided are replaced too (M8). */
  readonly replaceDecisions?: boolean | null;
  readonly tutorStatus?: AttendanceStatus | null;
  readonly studentStatus?: AttendanceStatus | null;
  /** "" clears them. Left out, they stay if they are the actor's own, and go if another person wrote them. */
  readonly notes?: string | null;
  readonly expectedVersion?: number | null;
}

/** A status is changed by whoever ranks at least as high as who marked it. */
const RANK: Readonly<Record<StudentAuthority, number>> = { PARENT: 0, TUTOR: 1, ADMIN: 2 };

/** Nobody escapes the record of a tutor's own mark by being an admin too (§6). */
export function roleOf({ as, isTutor }: MarkActor): StudentAuthority {
  return as === "ADMIN" && isTutor ? "TUTOR" : as;
}

/** Throws FORBIDDEN for what the role may never do, whatever the state. */
export function assertRoleMay({ actor, useSuggestion, tutorStatus }: MarkRequest, role: StudentAuthority): void {
  if (role !== "PARENT") return;
  if (actor.isStudent) throw refusal("FORBIDDEN", "A student may not mark attendance.");
  if (useSuggestion === true) throw refusal("FORBIDDEN", "Only the tutor or an admin may accept the suggestion.");
  if (tutorStatus != null) throw refusal("FORBIDDEN", "A parent may mark the student's status only.");
}

/**
 * Returns the notes to store with the mark: undefined when left out, null when there are to be none. Throws
 * BAD_USER_INPUT for neither or both ways of marking or replaceDecisions without useSuggestion, VALIDATION_FAILED for notes that cannot be kept.
 */
export function assertShape({
  useSuggestion,
  replaceDecisions,
  tutorStatus,
  studentStatus,
  notes,
}: MarkRequest): string | null | undefined {
  const byStatus = tutorStatus != null || studentStatus != null;
  if (byStatus && useSuggestion === true) {
    throw new RollcallError("BAD_USER_INPUT", "Give either useSuggestion: true or statuses, not both.", {
      field: "useSuggestion",
    });
  }
  if (!byStatus && useSuggestion !== true) {
    throw new RollcallError("BAD_USER_INPUT", "Give useSuggestion: true, or tutorStatus, studentStatus or both.", {
      field: "useSuggestion",
    });
  }
  if (replaceDecisions === true && useSuggestion !== true) {
    throw refusal("BAD_USER_INPUT", "replaceDecisions needs useSuggestion: true.");
  }
  if (notes == null) return undefined;
  return validateText("notes", notes, MAX_NOTES) === "" ? null : notes;
}

/** Throws CONFLICT for a cancelled session and for a version that is not the current one. */
export function assertOpen(expectedVersion: number | null | undefined, status: SessionStatus, version: number): void {
  if (status === "CANCELLED") throw refusal("CONFLICT", "The session is cancelled: its attendance cannot be marked.");
  if (expectedVersion != null && expectedVersion !== version) {
    throw refusal("CONFLICT", `The attendance is at version ${version}, not at ${expectedVersion}: read it again.`);
  }
}

/** The participants whose status the request would set. */
export type Targets = Readonly<Record<"tutor" | "student", boolean>>;

/** M8: an accepted suggestion sets what nobody decided yet, or both when it replaces decisions; statuses set themselves. */
export function targetsOf(request: MarkRequest, attendance: AttendanceState): Targets {
  if (request.useSuggestion !== true) {
    return { tutor: request.tutorStatus != null, student: request.studentStatus != null };
  }
  const { tutorMarked, studentMarked } = marksOf(attendance);
  const replaces = request.replaceDecisions === true;
  return { tutor: replaces || !tutorMarked, student: replaces || !studentMarked };
}

/** M3: throws FORBIDDEN when somebody of a higher rank marked a status that is to be set. */
export function assertAuthority(targets: Targets, attendance: AttendanceState, role: StudentAuthority): void {
  if (targets.tutor) assertRank("tutor", attendance.tutorAuthority, role);
  if (targets.student) assertRank("student", attendance.studentAuthority, role);
}

function assertRank(whose: string, marked: StudentAuthority | null, role: StudentAuthority): void {
  if (marked === null || RANK[role] >= RANK[marked]) return;
  const by = marked === "ADMIN" ? "an admin: only an admin" : "the tutor: only the tutor or an admin";
  throw refusal("FORBIDDEN", `The ${whose}'s status was marked by ${by} can change it.`);
}

/** The error, with a message for the person who marks. */
export function refusal(code: ErrorCode, message: string): RollcallError {
  return new RollcallError(code, message);
}
