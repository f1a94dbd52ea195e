import { describe, expect, it } from "vitest";
import type { StudentAuthority } from "../../../src/domain/attendance/attendance.ts";
import type { MarkActor } from "../../../src/domain/attendance/marking.ts";
import { at, suggestFor } from "../presence/lesson.ts";
import { admin, mark, now, parent, refusal, stateOf, suggestion, tutor } from "./marks.ts";

describe("M2 two ways to mark", () => {
  it("M2 useSuggestion sets both statuses", () => {
    expect(mark(tutor, { useSuggestion: true, notes: "as it was" })).toEqual({
      attendance: {
        tutorStatus: "PRESENT",
        studentStatus: "LATE",
        tutorAuthority: "TUTOR",
        studentAuthority: "TUTOR",
        source: "WHITEBOARD_AUTO",
        notes: "as it was",
        markedBy: 1,
        markedAt: now,
        keptStatusOf: null,
        version: 1,
      },
      record: {
        sessionId: 7,
        at: now,
        actorId: 1,
        actorRole: "TUTOR",
        source: "WHITEBOARD_AUTO",
        tutorStatusBefore: "PRESENT",
        tutorStatusAfter: "PRESENT",
        studentStatusBefore: "PRESENT",
        studentStatusAfter: "LATE",
        notes: "as it was",
        suggestion,
        overrodeOwnSuggestion: false,
        keptStatusOf: null,
      },
    });
  });

  it("M2 statuses: either alone leaves the other as it was, marked or not", () => {
    const before = stateOf({ studentStatus: "EXCUSED", studentAuthority: "PARENT", version: 4 });
    expect(mark(tutor, { tutorStatus: "LATE" }, before).attendance).toMatchObject({
      tutorStatus: "LATE",
      tutorAuthority: "TUTOR",
      studentStatus: "EXCUSED",
      studentAuthority: "PARENT",
      version: 5,
    });
    const { attendance, record } = mark(admin, { studentStatus: "ABSENT", useSuggestion: false });
    expect(attendance).toMatchObject({ tutorAuthority: null, studentStatus: "ABSENT", studentAuthority: "ADMIN" });
    expect(record).toMatchObject({ tutorStatusBefore: "PRESENT", tutorStatusAfter: "PRESENT" });
  });

  it("M2 neither way, or both at once", () => {
    for (const request of [{}, { useSuggestion: false }, { useSuggestion: null, tutorStatus: null }, { notes: "hm" }]) {
      expect(refusal(tutor, request)).toBe("BAD_USER_INPUT");
    }
    expect(() => mark(tutor, {})).toThrow("Give useSuggestion: true, or tutorStatus, studentStatus or both.");
    expect(refusal(tutor, { useSuggestion: true, tutorStatus: "LATE" })).toBe("BAD_USER_INPUT");
    expect(refusal(tutor, { useSuggestion: true, studentStatus: "LATE" })).toBe("BAD_USER_INPUT");
    expect(() => mark(tutor, { useSuggestion: true, studentStatus: "LATE" })).toThrow(
      "Give either useSuggestion: true or statuses, not both.",
    );
    expect(refusal(tutor, { useSuggestion: true, tutorStatus: null, studentStatus: null })).toBeNull();
  });

  it.each([
    ["none", null, "There is no suggestion for this session."],
    [
      "no whiteboard",
      suggestFor({ whiteboard: null }),
      "There is no whiteboard, so there is no evidence for a suggestion.",
    ],
    [
      "provisional",
      suggestFor({ session: { status: "IN_PROGRESS" }, now: at(30) }),
      "The suggestion is provisional until the lesson is over.",
    ],
  ])("M2 no suggestion to use: %s", (_, table, message) => {
    const state = stateOf({}, { suggestion: table });
    const reason = "The evidence of this session is no longer kept.";
    expect(() => mark(admin, { useSuggestion: true }, { ...state, suggestion: null, whyNone: reason })).toThrow(reason);
    expect(refusal(admin, { useSuggestion: true }, state)).toBe("NO_SUGGESTION");
    expect(() => mark(admin, { useSuggestion: true }, state)).toThrow(message);
    expect(mark(admin, { studentStatus: "LATE" }, state).record.suggestion).toBe(table);
  });
});

describe("M3 who marks what", () => {
  it("M3 the source follows from who marks", () => {
    const source = (actor: MarkActor) => mark(actor, { studentStatus: "ABSENT" }).attendance.source;
    expect([tutor, parent, admin].map(source)).toEqual(["MANUAL", "PARENT_REPORTED", "ADMIN_OVERRIDE"]);
    const { attendance, record } = mark(parent, { studentStatus: "EXCUSED", useSuggestion: false });
    expect(record).toMatchObject({ source: "PARENT_REPORTED", actorRole: "PARENT", studentStatusAfter: "EXCUSED" });
    expect(attendance).toMatchObject({ studentAuthority: "PARENT", tutorAuthority: null, markedBy: 3 });
  });

  it("M3 a parent marks the student's status and nothing else", () => {
    expect(refusal(parent, { tutorStatus: "ABSENT" })).toBe("FORBIDDEN");
    expect(refusal(parent, { tutorStatus: "ABSENT", studentStatus: "ABSENT" })).toBe("FORBIDDEN");
    expect(() => mark(parent, { tutorStatus: "ABSENT" })).toThrow("A parent may mark the student's status only.");
    expect(refusal(parent, { useSuggestion: true })).toBe("FORBIDDEN");
    expect(() => mark(parent, { useSuggestion: true })).toThrow(
      "Only the tutor or an admin may accept the suggestion.",
    );
    expect(refusal(parent, { studentStatus: "LATE", tutorStatus: null, useSuggestion: null })).toBeNull();
  });

  it("M3 a student marks nothing, not even as their own parent", () => {
    expect(() => mark({ ...parent, isStudent: true }, { studentStatus: "PRESENT" })).toThrow(
      expect.objectContaining({ code: "FORBIDDEN", message: "A student may not mark attendance." }),
    );
  });

  it("M3 an admin who is its tutor marks as tutor", () => {
    const both = { ...tutor, as: "ADMIN" } as const;
    const { attendance, record } = mark(both, { tutorStatus: "PRESENT" });
    expect(attendance).toMatchObject({ source: "MANUAL", tutorAuthority: "TUTOR" });
    expect(record.actorRole).toBe("TUTOR");
    expect(refusal(both, { tutorStatus: "PRESENT" }, stateOf({ tutorAuthority: "ADMIN" }))).toBe("FORBIDDEN");
  });

  const actors = { TUTOR: tutor, PARENT: parent, ADMIN: admin };
  const allowed: Record<StudentAuthority, Record<StudentAuthority, boolean>> = {
    PARENT: { PARENT: true, TUTOR: true, ADMIN: true },
    TUTOR: { PARENT: false, TUTOR: true, ADMIN: true },
    ADMIN: { PARENT: false, TUTOR: false, ADMIN: true },
  };
  for (const marked of Object.keys(allowed) as StudentAuthority[]) {
    for (const as of Object.keys(actors) as StudentAuthority[]) {
      const may = allowed[marked][as];
      it(`M3 marked by ${marked}: ${as} ${may ? "may" : "may not"} change it`, () => {
        const state = stateOf({ studentAuthority: marked });
        expect(refusal(actors[as], { studentStatus: "ABSENT" }, state)).toBe(may ? null : "FORBIDDEN");
        if (may) {
          expect(mark(actors[as], { studentStatus: "ABSENT" }, state).attendance.studentAuthority).toBe(as);
        }
      });
    }
  }

  it("M3 says who could", () => {
    const state = stateOf({ tutorAuthority: "ADMIN", studentAuthority: "TUTOR" });
    expect(() => mark(tutor, { tutorStatus: "LATE" }, state)).toThrow(
      "The tutor's status was marked by an admin: only an admin can change it.",
    );
    expect(() => mark(parent, { studentStatus: "LATE" }, state)).toThrow(
      "The student's status was marked by the tutor: only the tutor or an admin can change it.",
    );
  });

  it("M3 authority is kept for each status on its own; replacing decisions needs both", () => {
    const state = stateOf({ tutorAuthority: "ADMIN" });
    expect(refusal(tutor, { studentStatus: "ABSENT" }, state)).toBeNull();
    expect(refusal(tutor, { studentStatus: "ABSENT", tutorStatus: "LATE" }, state)).toBe("FORBIDDEN");
    const replacing = { useSuggestion: true, replaceDecisions: true };
    expect(refusal(tutor, replacing, state)).toBe("FORBIDDEN");
    expect(refusal(tutor, replacing, stateOf({ studentAuthority: "ADMIN" }))).toBe("FORBIDDEN");
    const { attendance } = mark(admin, replacing, stateOf({ tutorAuthority: "TUTOR" }));
    expect(attendance).toMatchObject({ tutorAuthority: "ADMIN", studentAuthority: "ADMIN" });
    expect(attendance.source).toBe("WHITEBOARD_AUTO");
  });
});

describe("M8 accepting leaves what a person decided alone", () => {
  const excused = stateOf({
    studentStatus: "EXCUSED",
    studentAuthority: "PARENT",
    source: "PARENT_REPORTED",
    markedBy: 3,
    markedAt: at(-60),
    version: 1,
  });

  it("M8 the decided one stays with its authority, the other is accepted, and both records say whose was kept", () => {
    const { attendance, record } = mark(tutor, { useSuggestion: true }, excused);
    expect(attendance).toMatchObject({
      tutorStatus: "PRESENT",
      tutorAuthority: "TUTOR",
      studentStatus: "EXCUSED",
      studentAuthority: "PARENT",
      source: "WHITEBOARD_AUTO",
      keptStatusOf: "STUDENT",
    });
    expect(record).toMatchObject({
      studentStatusBefore: "EXCUSED",
      studentStatusAfter: "EXCUSED",
      keptStatusOf: "STUDENT",
    });
  });

  it("M8 what an admin decided is kept as well, and keeps nobody from accepting the rest", () => {
    const state = stateOf({ tutorStatus: "ABSENT", tutorAuthority: "ADMIN" });
    expect(mark(tutor, { useSuggestion: true }, state).attendance).toMatchObject({
      tutorStatus: "ABSENT",
      tutorAuthority: "ADMIN",
      studentStatus: "LATE",
      studentAuthority: "TUTOR",
      keptStatusOf: "TUTOR",
    });
  });

  it("M8 asked to, it replaces what the caller may change", () => {
    const replacing = { useSuggestion: true, replaceDecisions: true };
    expect(mark(tutor, replacing, excused).attendance).toMatchObject({
      studentStatus: "LATE",
      studentAuthority: "TUTOR",
      keptStatusOf: null,
    });
  });

  it("M8 with both decided nothing is left to accept, an earlier acceptance included", () => {
    const accepted = stateOf(mark(tutor, { useSuggestion: true }).attendance);
    for (const replaceDecisions of [false, null, undefined]) {
      expect(refusal(admin, { useSuggestion: true, replaceDecisions }, accepted)).toBe("CONFLICT");
    }
    expect(() => mark(tutor, { useSuggestion: true }, accepted)).toThrow(
      "Both statuses are decided already: nothing is left to accept. Give replaceDecisions: true to replace them.",
    );
    expect(refusal(tutor, { useSuggestion: true, replaceDecisions: true }, accepted)).toBeNull();
    expect(refusal(tutor, { useSuggestion: true }, { ...accepted, suggestion: null })).toBe("NO_SUGGESTION");
  });

  it("M8 the next mark by statuses keeps nothing, and replaceDecisions does not go with statuses", () => {
    const kept = stateOf(mark(tutor, { useSuggestion: true }, excused).attendance);
    expect(mark(tutor, { studentStatus: "ABSENT" }, kept).attendance.keptStatusOf).toBeNull();
    expect(refusal(tutor, { studentStatus: "ABSENT", replaceDecisions: true }, kept)).toBe("BAD_USER_INPUT");
    expect(refusal(tutor, { studentStatus: "ABSENT", replaceDecisions: false }, kept)).toBeNull();
  });
});
