import type { AttendanceSource, AttendanceStatus, Millis, ParticipantRole } from "../model.ts";

/** Who a status was marked by: it decides who may change it (M3). */
export type TutorAuthority = "TUTOR" | "ADMIN";
export type StudentAuthority = TutorAuthority | "PARENT";

/** The attendance of a session as it stands: two statuses, each marked or not, and the mark that was made last. */
export interface AttendanceState {
  readonly tutorStatus: AttendanceStatus;
  readonly studentStatus: AttendanceStatus;
  /** Null: the status is a default, nobody marked it. */
  readonly tutorAuthority: TutorAuthority | null;
  readonly studentAuthority: StudentAuthority | null;
  readonly source: AttendanceSource;
  readonly notes: string | null;
  /** The user's id; null when nobody, or nobody known, marked. */
  readonly markedBy: number | null;
  readonly markedAt: Millis | null;
  /** Whose status the latest mark left alone, because a person had decided it (M8); null: nobody's. */
  readonly keptStatusOf: ParticipantRole | null;
  /** Grows by 1 with every mark. */
  readonly version: number;
}

/** M1: how a session starts. */
export const INITIAL_ATTENDANCE: AttendanceState = Object.freeze({
  tutorStatus: "PRESENT",
  studentStatus: "PRESENT",
  tutorAuthority: null,
  studentAuthority: null,
  source: "SYSTEM_DEFAULT",
  notes: null,
  markedBy: null,
  markedAt: null,
  keptStatusOf: null,
  version: 0,
});

/** Who marked each status, in whatever words; null: nobody. */
interface Authorities {
  readonly tutorAuthority: string | null;
  readonly studentAuthority: string | null;
}

/** M1: which statuses were decided, not only defaulted. `marked` means both. */
export function marksOf({ tutorAuthority, studentAuthority }: Authorities): {
  tutorMarked: boolean;
  studentMarked: boolean;
  marked: boolean;
} {
  const tutorMarked = tutorAuthority !== null;
  const studentMarked = studentAuthority !== null;
  return { tutorMarked, studentMarked, marked: tutorMarked && studentMarked };
}

/** M1: present and late are attended, but only when somebody said so: a default proves nothing. */
export function isAttended(status: AttendanceStatus, marked: boolean): boolean {
  return marked && (status === "PRESENT" || status === "LATE");
}

/** One participant's outcome of one session. */
export interface AttendanceOutcome {
  readonly status: AttendanceStatus;
  readonly marked: boolean;
}

/**
 * Attended / (all that were marked and not excused), 0 to 1; null when that is none (M4). Unmarked ones are left out of
 * both sides: nobody knows yet.
 */
export function attendanceRate(outcomes: readonly AttendanceOutcome[]): number | null {
  const counted = outcomes.filter(({ status, marked }) => marked && status !== "EXCUSED");
  if (counted.length === 0) return null;
  return counted.filter(({ status, marked }) => isAttended(status, marked)).length / counted.length;
}
