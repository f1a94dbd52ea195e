import { describe, expect, it } from "vitest";
import { INITIAL_ATTENDANCE, attendanceRate, isAttended, marksOf } from "../../../src/domain/attendance/attendance.ts";

describe("attendance", () => {
  it("M1 a new session is present twice, by default, marked by nobody", () => {
    expect(INITIAL_ATTENDANCE).toEqual({
      tutorStatus: "PRESENT",
      studentStatus: "PRESENT",
      tutorAuthority: null,
      studentAuthority: null,
      source: "SYSTEM_DEFAULT",
      keptStatusOf: null,
      notes: null,
      markedBy: null,
      markedAt: null,
      version: 0,
    });
    expect(Object.isFrozen(INITIAL_ATTENDANCE)).toBe(true);
  });

  it("M1 each participant is marked on their own; marked means both", () => {
    const marks = (tutorAuthority: "TUTOR" | null, studentAuthority: "PARENT" | null) =>
      Object.values(marksOf({ ...INITIAL_ATTENDANCE, tutorAuthority, studentAuthority }));
    expect(marks(null, null)).toEqual([false, false, false]);
    expect(marks("TUTOR", null)).toEqual([true, false, false]);
    expect(marks(null, "PARENT")).toEqual([false, true, false]);
    expect(marks("TUTOR", "PARENT")).toEqual([true, true, true]);
  });

  it("M1 an unmarked status is never attended", () => {
    const statuses = ["PRESENT", "LATE", "ABSENT", "EXCUSED"] as const;
    expect(statuses.map((status) => isAttended(status, true))).toEqual([true, true, false, false]);
    expect(statuses.map((status) => isAttended(status, false))).toEqual([false, false, false, false]);
  });

  it("M4 a rate leaves the excused out of the denominator, and what nobody marked", () => {
    const marked = (status: "PRESENT" | "LATE" | "ABSENT" | "EXCUSED") => ({ status, marked: true });
    const unmarked = { status: "PRESENT", marked: false } as const;
    expect(attendanceRate([marked("PRESENT"), marked("LATE"), marked("ABSENT"), marked("EXCUSED"), unmarked])).toBe(
      2 / 3,
    );
    expect(attendanceRate([marked("ABSENT")])).toBe(0);
    expect(attendanceRate([marked("EXCUSED"), unmarked])).toBeNull();
    expect(attendanceRate([])).toBeNull();
  });
});
