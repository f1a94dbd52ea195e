import { expect, test } from "vitest";
import type { AttendanceSource, AttendanceStatus, LessonFieldsFragment } from "../../../console/generated/graphql.ts";
import { acceptanceOf, acceptingMark, keptInWords } from "../../../console/lesson/acceptance.ts";
import { isTooEarly } from "../../../console/lesson/too-early.ts";

type Pair = readonly [tutor: AttendanceStatus | null, student: AttendanceStatus | null];

/** A lesson after some marks; the suggestion is tutor present, student absent. */
function lessonOf(...marks: (readonly [AttendanceSource, ...Pair, actor?: null])[]): LessonFieldsFragment {
  const now = { tutor: "PRESENT", student: "PRESENT" } as Record<"tutor" | "student", AttendanceStatus>;
  const marked = { tutor: false, student: false };
  const nodes = marks.map(([source, tutor, student, actor]) => {
    const before = { ...now };
    Object.assign(now, tutor === null ? {} : { tutor }, student === null ? {} : { student });
    Object.assign(marked, tutor === null ? {} : { tutor: true }, student === null ? {} : { student: true });
    return {
      ...{ source, actor: actor === null ? null : { id: "1", name: "Tia" } },
      ...{ tutorStatusBefore: before.tutor, tutorStatusAfter: now.tutor },
      ...{ studentStatusBefore: before.student, studentStatusAfter: now.student },
    };
  });
  const source = marks.at(-1)?.[0] ?? "SYSTEM_DEFAULT";
  return {
    attendance: {
      ...{ tutorStatus: now.tutor, studentStatus: now.student, source },
      ...{ tutorMarked: marked.tutor, studentMarked: marked.student },
    },
    attendanceHistory: { totalCount: nodes.length, nodes },
    attendanceSuggestion: { tutor: { status: "PRESENT" }, student: { status: "ABSENT" } },
  } as unknown as LessonFieldsFragment;
}

const TUTOR = { overrides: false };

test("M3 a parent's excuse stays when the tutor accepts, is named, and is replaced only when asked to", () => {
  const lesson = lessonOf(["PARENT_REPORTED", null, "EXCUSED"]);
  const acceptance = acceptanceOf(lesson, TUTOR);
  expect(acceptance).toMatchObject({ open: ["TUTOR"], mayReplace: true });
  expect(acceptance.kept.map(keptInWords)).toEqual(["Student stays excused (recorded by a parent)."]);
  expect(acceptingMark(false)).toEqual({ useSuggestion: true, replaceDecisions: false });
  expect(acceptingMark(true)).toEqual({ useSuggestion: true, replaceDecisions: true });
});

test.each<[string, Parameters<typeof lessonOf>, open: string[], kept: string[], mayReplace: boolean]>([
  ["nobody has decided", [], ["TUTOR", "STUDENT"], [], true],
  ["the tutor agrees already", [["MANUAL", "PRESENT", null]], ["STUDENT"], [], true],
  [
    "an admin has decided on the student",
    [["ADMIN_OVERRIDE", null, "LATE"]],
    ["TUTOR"],
    ["Student stays late (set by an admin)."],
    false,
  ],
  [
    "both are decided, by two people",
    [
      ["PARENT_REPORTED", null, "EXCUSED"],
      ["MANUAL", "LATE", null],
    ],
    [],
    ["Tutor stays late (marked by the tutor).", "Student stays excused (recorded by a parent)."],
    true,
  ],
  [
    "the tutor's half was accepted after the parent's report",
    [
      ["PARENT_REPORTED", null, "EXCUSED"],
      ["WHITEBOARD_AUTO", "PRESENT", null],
    ],
    [],
    ["Student stays excused (recorded by a parent)."],
    true,
  ],
  [
    "it was decided before there was a history",
    [["MANUAL", null, "LATE", null]],
    ["TUTOR"],
    ["Student stays late (recorded before Rollcall)."],
    true,
  ],
  ["the suggestion was accepted", [["WHITEBOARD_AUTO", "PRESENT", "ABSENT"]], [], [], true],
])("M3 where %s", (_name, marks, open, kept, mayReplace) => {
  const acceptance = acceptanceOf(lessonOf(...marks), TUTOR);
  expect([acceptance.open, acceptance.kept.map(keptInWords), acceptance.mayReplace]).toEqual([open, kept, mayReplace]);
});

test("M3 an admin replaces an admin's decision", () => {
  expect(acceptanceOf(lessonOf(["ADMIN_OVERRIDE", null, "LATE"]), { overrides: true }).mayReplace).toBe(true);
});

test("S7 what was measured for less than fifteen minutes is too early to tell, but for shorter lessons at their end", () => {
  expect([0, 2, 14.9, 15, 40].map((minutes) => isTooEarly(minutes, 60))).toEqual([true, true, true, false, false]);
  expect([9.9, 10].map((minutes) => isTooEarly(minutes, 10))).toEqual([true, false]);
});
