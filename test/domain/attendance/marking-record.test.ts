/** M4 to M7: what refuses a mark, what it leaves on record, and its notes. */
import { describe, expect, it } from "vitest";
import type { AttendanceStatus } from "../../../src/domain/model.ts";
import type { MarkActor, MarkRequest, MarkState } from "../../../src/domain/attendance/marking.ts";
import { at, lesson, nobody, suggestFor } from "../presence/lesson.ts";
import { admin, mark, now, parent, refusal, stateOf, tutor } from "./marks.ts";

describe("M4, M5", () => {
  it("M4 a person excuses, and before the lesson too", () => {
    const session = { ...lesson, status: "SCHEDULED", endedAt: null } as const;
    const before = stateOf({}, { session, now: at(-600), suggestion: null });
    expect(mark(parent, { studentStatus: "EXCUSED", notes: "flu" }, before).attendance).toMatchObject({
      studentStatus: "EXCUSED",
      markedAt: at(-600),
      notes: "flu",
    });
  });

  it("M4 a cancelled session takes no mark", () => {
    const state = stateOf({}, { session: { ...lesson, status: "CANCELLED" }, suggestion: null });
    expect(refusal(admin, { studentStatus: "ABSENT" }, state)).toBe("CONFLICT");
    expect(() => mark(admin, { useSuggestion: true }, state)).toThrow(
      "The session is cancelled: its attendance cannot be marked.",
    );
  });

  it("M5 a stale version conflicts and tells the current one", () => {
    const state = stateOf({ version: 4 });
    const expecting = (expectedVersion: number | null) =>
      refusal(tutor, { studentStatus: "LATE", expectedVersion }, state);
    expect([3, 5, 0].map(expecting)).toEqual(["CONFLICT", "CONFLICT", "CONFLICT"]);
    expect([4, null].map(expecting)).toEqual([null, null]);
    expect(refusal(tutor, { studentStatus: "LATE", expectedVersion: 0 })).toBeNull();
    expect(() => mark(tutor, { studentStatus: "LATE", expectedVersion: 3 }, state)).toThrow(
      "The attendance is at version 4, not at 3: read it again.",
    );
  });

  it("M5 refusals come in order: role, shape, cancelled, version, authority, suggestion", () => {
    const cancelled = { ...lesson, status: "CANCELLED" } as const;
    const worst = stateOf({ tutorAuthority: "ADMIN", version: 4 }, { session: cancelled, suggestion: null });
    const stale = stateOf({ tutorAuthority: "ADMIN", version: 4 }, { suggestion: null });
    const all = { useSuggestion: true, expectedVersion: 3 };
    expect(refusal(parent, { ...all, tutorStatus: "LATE" }, worst)).toBe("FORBIDDEN");
    expect(refusal(tutor, { ...all, tutorStatus: "LATE" }, worst)).toBe("BAD_USER_INPUT");
    expect(refusal(tutor, { ...all, notes: "\0" }, worst)).toBe("VALIDATION_FAILED");
    expect(() => mark(tutor, all, worst)).toThrow("cancelled");
    expect(() => mark(tutor, all, stale)).toThrow("version 4");
    const current = { ...all, expectedVersion: 4 };
    expect(refusal(tutor, { ...current, replaceDecisions: true }, stale)).toBe("FORBIDDEN");
    expect(refusal(admin, { ...current, replaceDecisions: true }, stale)).toBe("NO_SUGGESTION");
    const decided = stateOf({ tutorAuthority: "ADMIN", studentAuthority: "ADMIN", version: 4 });
    expect(refusal(tutor, current, { ...decided, suggestion: null })).toBe("NO_SUGGESTION");
    expect(refusal(tutor, current, decided)).toBe("CONFLICT");
  });
});

describe("M6 the row of history", () => {
  const absentTutor = suggestFor({ tutor: nobody });
  const overrode = (actor: MarkActor, request: Omit<MarkRequest, "actor">, table: MarkState["suggestion"]) =>
    mark(actor, request, stateOf({}, { suggestion: table })).record.overrodeOwnSuggestion;

  it("M6 keeps before and after, and changes nothing that it was given", () => {
    const state = Object.freeze(stateOf(Object.freeze({ tutorStatus: "LATE", studentStatus: "ABSENT" } as const)));
    expect(mark(admin, { tutorStatus: "PRESENT", studentStatus: "EXCUSED" }, state).record).toMatchObject({
      at: now,
      actorId: 9,
      actorRole: "ADMIN",
      source: "ADMIN_OVERRIDE",
      tutorStatusBefore: "LATE",
      tutorStatusAfter: "PRESENT",
      studentStatusBefore: "ABSENT",
      studentStatusAfter: "EXCUSED",
      notes: null,
    });
    expect(state.attendance).toMatchObject({ tutorStatus: "LATE", version: 0 });
  });

  it("M6 a tutor who sets their own status to something else overrode a suggestion about themselves", () => {
    expect(overrode(tutor, { tutorStatus: "PRESENT" }, absentTutor)).toBe(true);
    expect(overrode({ ...tutor, as: "ADMIN" }, { tutorStatus: "EXCUSED" }, absentTutor)).toBe(true);
    expect(overrode(tutor, { tutorStatus: "ABSENT" }, absentTutor)).toBe(false);
    expect(overrode(tutor, { useSuggestion: true }, absentTutor)).toBe(false);
    expect(overrode(tutor, { studentStatus: "ABSENT" }, absentTutor)).toBe(false);
    expect(overrode(tutor, { tutorStatus: "PRESENT" }, null)).toBe(false);
  });

  it("M6 somebody else's status is not one's own", () => {
    expect(overrode(admin, { tutorStatus: "PRESENT", studentStatus: "ABSENT" }, absentTutor)).toBe(false);
    expect(overrode(parent, { studentStatus: "ABSENT" }, absentTutor)).toBe(false);
    const student = { ...admin, isStudent: true };
    expect(overrode(student, { studentStatus: "LATE" }, absentTutor)).toBe(true);
    expect(overrode(student, { studentStatus: "PRESENT", tutorStatus: "PRESENT" }, absentTutor)).toBe(false);
  });

  it("M6 a provisional suggestion counts; what is only presumed does not", () => {
    const session = { status: "IN_PROGRESS", endedAt: null } as const;
    const late = { tutorStatus: "EXCUSED" as AttendanceStatus };
    expect(overrode(tutor, late, suggestFor({ session, now: at(20), tutor: nobody }))).toBe(true);
    expect(overrode(tutor, late, suggestFor({ session, now: at(-20), tutor: nobody }))).toBe(false);
    expect(overrode(tutor, late, suggestFor({ whiteboard: null }))).toBe(false);
  });
});

describe("M7 notes", () => {
  const withNotes = stateOf({ notes: "was ill", markedBy: 1, studentAuthority: "TUTOR", version: 1 });
  const notes = (actor: MarkActor, given: string | null | undefined) => {
    const { attendance, record } = mark(actor, { studentStatus: "EXCUSED", notes: given }, withNotes);
    return [attendance.notes, record.notes];
  };

  it("M7 given ones replace, and the row keeps what was given", () => {
    expect(notes(tutor, "was away")).toEqual(["was away", "was away"]);
    expect(notes(admin, "was away")).toEqual(["was away", "was away"]);
  });

  it("M7 left out, one's own stay and another person's go; an empty one clears", () => {
    expect(notes(tutor, undefined)).toEqual(["was ill", null]);
    expect(notes(tutor, null)).toEqual(["was ill", null]);
    expect(notes(admin, undefined)).toEqual([null, null]);
    expect(notes(tutor, "")).toEqual([null, null]);
  });

  it("M7 at most 2,000 code points, any Unicode but NUL and lone surrogates", () => {
    const of = (text: string) => refusal(tutor, { studentStatus: "LATE", notes: text });
    expect(of("👩‍👧"[0] + "")).toBe("VALIDATION_FAILED");
    expect([of("🙂".repeat(2_000)), of("🙂".repeat(2_001)), of("a\0")]).toEqual([
      null,
      "VALIDATION_FAILED",
      "VALIDATION_FAILED",
    ]);
  });
});
