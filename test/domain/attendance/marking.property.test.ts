import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INITIAL_ATTENDANCE, type AttendanceState } from "../../../src/domain/attendance/attendance.ts";
import { RollcallError } from "../../../src/domain/errors.ts";
import { decideMark, type MarkDecision, type MarkRequest } from "../../../src/domain/attendance/marking.ts";
import { at, lesson, suggestFor, there } from "../presence/lesson.ts";

const suggestion = suggestFor({ student: there([at(8), at(60)]) });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const status = fc.constantFrom("PRESENT", "LATE", "ABSENT", "EXCUSED");
const request: fc.Arbitrary<MarkRequest> = fc.record({
  actor: fc.constantFrom(
    { id: 1, as: "TUTOR", isTutor: true, isStudent: false },
    { id: 3, as: "PARENT", isTutor: false, isStudent: false },
    { id: 4, as: "PARENT", isTutor: false, isStudent: false },
    { id: 9, as: "ADMIN", isTutor: false, isStudent: false },
  ),
  useSuggestion: optional(fc.boolean()),
  replaceDecisions: optional(fc.boolean()),
  tutorStatus: optional(status),
  studentStatus: optional(status),
  notes: optional(fc.string({ unit: "binary", maxLength: 8 })),
  expectedVersion: optional(fc.nat(3)),
});

/** Plays requests one after the other; refused ones change nothing. */
function play(requests: readonly MarkRequest[]): { states: AttendanceState[]; decisions: MarkDecision[] } {
  const states: AttendanceState[] = [INITIAL_ATTENDANCE];
  const decisions: MarkDecision[] = [];
  requests.forEach((next, index) => {
    try {
      const attendance = states[states.length - 1] ?? INITIAL_ATTENDANCE;
      const decision = decideMark(next, {
        session: lesson,
        attendance,
        suggestion,
        whyNone: null,
        now: at(90 + index),
      });
      states.push(decision.attendance);
      decisions.push(decision);
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
    }
  });
  return { states, decisions };
}

const acceptance: fc.Arbitrary<MarkRequest> = fc.record({
  actor: fc.constantFrom<MarkRequest["actor"][]>(
    { id: 1, as: "TUTOR", isTutor: true, isStudent: false },
    { id: 9, as: "ADMIN", isTutor: false, isStudent: false },
  ),
  useSuggestion: fc.constant(true),
  replaceDecisions: optional(fc.boolean()),
});

function outcomeOf(next: MarkRequest, attendance: AttendanceState): MarkDecision | string {
  try {
    return decideMark(next, { session: lesson, attendance, suggestion, whyNone: null, now: at(120) });
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    return error.code;
  }
}

const history = fc.array(request, { maxLength: 12 });

describe("any history of marks", () => {
  it("M6 is a chain: each row starts where the one before ended, and the last is the state", () => {
    fc.assert(
      fc.property(history, (requests) => {
        const { states, decisions } = play(requests);
        decisions.forEach(({ record, attendance }, index) => {
          expect(attendance.version).toBe(index + 1);
          expect(record.tutorStatusBefore).toBe(states[index]?.tutorStatus);
          expect(record.studentStatusBefore).toBe(states[index]?.studentStatus);
          expect(record.tutorStatusAfter).toBe(attendance.tutorStatus);
          expect(record.studentStatusAfter).toBe(attendance.studentStatus);
          expect([attendance.markedBy, attendance.markedAt]).toEqual([record.actorId, record.at]);
          expect(attendance.source).toBe(record.source);
          expect(attendance.keptStatusOf).toBe(record.keptStatusOf);
        });
      }),
    );
  });

  it("M3 no mark ever lowers the authority of a status, and none changes the status of a higher one", () => {
    const rank = { none: 0, PARENT: 1, TUTOR: 2, ADMIN: 3 };
    fc.assert(
      fc.property(history, (requests) => {
        const { states } = play(requests);
        states.slice(1).forEach((after, index) => {
          const before = states[index] ?? INITIAL_ATTENDANCE;
          expect(rank[after.tutorAuthority ?? "none"]).toBeGreaterThanOrEqual(rank[before.tutorAuthority ?? "none"]);
          expect(rank[after.studentAuthority ?? "none"]).toBeGreaterThanOrEqual(
            rank[before.studentAuthority ?? "none"],
          );
          if (after.tutorStatus !== before.tutorStatus) expect(after.tutorAuthority).not.toBeNull();
          expect(after.tutorAuthority).not.toBe("PARENT");
        });
      }),
    );
  });

  it("M8 an accepted suggestion changes nothing that a person decided, and says whose status it kept", () => {
    fc.assert(
      fc.property(history, acceptance, (requests, accept) => {
        const before = play(requests).states.at(-1) ?? INITIAL_ATTENDANCE;
        const decided = { TUTOR: before.tutorAuthority !== null, STUDENT: before.studentAuthority !== null };
        const replaces = accept.replaceDecisions === true;
        const result = outcomeOf(accept, before);
        if (typeof result === "string") {
          if (result === "CONFLICT") expect([replaces, decided]).toEqual([false, { TUTOR: true, STUDENT: true }]);
          else expect([result, replaces]).toEqual(["FORBIDDEN", true]);
          return;
        }
        const { attendance: after, record } = result;
        const kept = { TUTOR: decided.TUTOR && !replaces, STUDENT: decided.STUDENT && !replaces };
        expect(kept.TUTOR && kept.STUDENT).toBe(false);
        expect(after.tutorStatus).toBe(kept.TUTOR ? before.tutorStatus : suggestion.tutor.status);
        expect(after.studentStatus).toBe(kept.STUDENT ? before.studentStatus : suggestion.student.status);
        expect(after.tutorAuthority).toBe(kept.TUTOR ? before.tutorAuthority : accept.actor.as);
        expect(after.studentAuthority).toBe(kept.STUDENT ? before.studentAuthority : accept.actor.as);
        expect(record.keptStatusOf).toBe(kept.TUTOR ? "TUTOR" : kept.STUDENT ? "STUDENT" : null);
      }),
    );
  });

  it("M8 statuses that are given keep nothing", () => {
    fc.assert(
      fc.property(history, (requests) => {
        for (const { record } of play(requests).decisions) {
          if (record.source !== "WHITEBOARD_AUTO") expect(record.keptStatusOf).toBeNull();
        }
      }),
    );
  });

  it("M7 the notes that stand are always the words of who marked last", () => {
    fc.assert(
      fc.property(history, (requests) => {
        const { states, decisions } = play(requests);
        states.slice(1).forEach(({ notes, markedBy }, index) => {
          if (notes === null) return;
          const author = decisions.slice(0, index + 1).findLast(({ record }) => record.notes !== null)?.record.actorId;
          expect(author).toBe(markedBy);
        });
      }),
    );
  });
});
