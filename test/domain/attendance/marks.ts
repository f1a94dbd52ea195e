/** Who marks the lesson of lesson.ts, and short ways to let them. */
import { INITIAL_ATTENDANCE, type AttendanceState } from "../../../src/domain/attendance/attendance.ts";
import {
  decideMark,
  type MarkActor,
  type MarkRequest,
  type MarkState,
} from "../../../src/domain/attendance/marking.ts";
import { at, lesson, suggestFor, there } from "../presence/lesson.ts";

export const tutor: MarkActor = { id: 1, as: "TUTOR", isTutor: true, isStudent: false };
export const parent: MarkActor = { id: 3, as: "PARENT", isTutor: false, isStudent: false };
export const admin: MarkActor = { id: 9, as: "ADMIN", isTutor: false, isStudent: false };

/** Tutor present, student late. */
export const suggestion = suggestFor({ student: there([at(8), at(60)]) });
export const now = at(90);

export function stateOf(attendance: Partial<AttendanceState> = {}, more: Partial<MarkState> = {}): MarkState {
  return {
    session: lesson,
    attendance: { ...INITIAL_ATTENDANCE, ...attendance },
    suggestion,
    whyNone: null,
    now,
    ...more,
  };
}

export const mark = (actor: MarkActor, request: Omit<MarkRequest, "actor">, state = stateOf()) =>
  decideMark({ actor, ...request }, state);

/** The code of the refusal, or null when the mark is taken. */
export function refusal(actor: MarkActor, request: Omit<MarkRequest, "actor">, state = stateOf()): string | null {
  try {
    mark(actor, request, state);
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}
