/** Every boundary of the table in docs/SPEC.md §4, on both sides, a millisecond apart. */
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../../../src/domain/suggestion/policy.ts";
import {
  at,
  END,
  everywhere,
  lateAndActive,
  lesson,
  MINUTE,
  START,
  still,
  suggestFor,
  there,
} from "../presence/lesson.ts";

const LENGTH = END - START;
const percent = (share: number) => (LENGTH * share) / 100;
const late = (minutes: number, millis = 0) => minutes * MINUTE + millis;

/** The student's verdict as "rule status confidence". */
function verdict(lateness: number, active: number): string {
  const { rule, status, confidence } = suggestFor({ student: lateAndActive(lateness, active) }).student;
  return `${rule} ${status} ${confidence}`;
}

describe("the table", () => {
  it.each([
    ["S2 surely absent below 20%", late(0), percent(20) - 1, "S2 ABSENT HIGH"],
    ["S2 absent from 20%", late(0), percent(20), "S2 ABSENT MEDIUM"],
    ["S2 absent below 30%", late(0), percent(30) - 1, "S2 ABSENT MEDIUM"],
    ["S6 present from 30%", late(0), percent(30), "S6 PRESENT LOW"],
    ["S6 LOW below 40%", late(0), percent(40) - 1, "S6 PRESENT LOW"],
    ["S6 MEDIUM from 40%", late(0), percent(40), "S6 PRESENT MEDIUM"],
    ["S6 MEDIUM up to 70%", late(0), percent(70), "S6 PRESENT MEDIUM"],
    ["S6 HIGH above 70%", late(0), percent(70) + 1, "S6 PRESENT HIGH"],
    ["S6 present below 5 minutes", late(5, -1), percent(80), "S6 PRESENT HIGH"],
    ["S5 late from 5 minutes", late(5), percent(80), "S5 LATE HIGH"],
    ["S5 late up to 15 minutes", late(15), percent(75), "S5 LATE HIGH"],
    ["S4 very late after 15 minutes", late(15, 1), percent(74), "S4 LATE MEDIUM"],
    ["S5 LOW below 40%", late(10), percent(40) - 1, "S5 LATE LOW"],
    ["S5 MEDIUM from 40%", late(10), percent(40), "S5 LATE MEDIUM"],
    ["S5 MEDIUM up to 70%", late(10), percent(70), "S5 LATE MEDIUM"],
    ["S5 HIGH above 70%", late(10), percent(70) + 1, "S5 LATE HIGH"],
    ["S5 late, not absent, from 30%", late(10), percent(30), "S5 LATE LOW"],
    ["S2 late, but absent below 30%", late(10), percent(30) - 1, "S2 ABSENT MEDIUM"],
    ["S3 very late is absent below 40%", late(15, 1), percent(40) - 1, "S3 ABSENT MEDIUM"],
    ["S4 very late is late from 40%", late(15, 1), percent(40), "S4 LATE MEDIUM"],
    ["S5 not yet very late at 15 minutes, below 40%", late(15), percent(40) - 1, "S5 LATE LOW"],
    ["S3 very late, from 30%", late(20), percent(30), "S3 ABSENT MEDIUM"],
    ["S2 before S3 below 30%", late(20), percent(30) - 1, "S2 ABSENT MEDIUM"],
    ["S4 never HIGH", late(15, 1), LENGTH - late(15, 1), "S4 LATE MEDIUM"],
  ])("%s", (_, lateness, active, expected) => {
    expect(verdict(lateness, active)).toBe(expected);
  });

  it.each([
    ["S1 gone a millisecond before the start", there([at(-9), at(0, -1)]), "S1"],
    ["S2 gone at the start", there([at(-9), at(0)]), "S2"],
    ["S2 there for a moment at the end", there([END, END]), "S2"],
    ["S1 there a millisecond after the end", there([END + 1, END + 1]), "S1"],
  ])("%s", (_, student, rule) => {
    expect(suggestFor({ student }).student).toMatchObject({ rule, status: "ABSENT", confidence: "HIGH" });
  });

  it("holds in a lesson whose percents are no whole milliseconds", () => {
    const session = { scheduledEnd: START + 1_001, endedAt: START + 1_001 };
    const of = (active: number) => suggestFor({ session, student: there([START, START + active]) }).student;
    expect([of(300).rule, of(301).rule]).toEqual(["S2", "S6"]);
    expect([of(700).confidence, of(701).confidence]).toEqual(["MEDIUM", "HIGH"]);
  });
});

describe("the other boundaries", () => {
  it("S8 left early after more than 5 minutes", () => {
    const gone = (millis: number) => suggestFor({ student: there([START, END - millis]) }).student.metrics;
    expect(gone(5 * MINUTE)).toMatchObject({ leftEarly: false, earlyDepartureMinutes: 0 });
    expect(gone(5 * MINUTE + 1)).toMatchObject({ leftEarly: true, earlyDepartureMinutes: 5 });
  });

  it("S7 LOW for 15 minutes since the scheduled start, then MEDIUM at most", () => {
    const confidence = (now: number) =>
      suggestFor({
        session: { status: "IN_PROGRESS", endedAt: null },
        now,
        tutor: still(there([START, now])),
        student: still(there([START, now])),
      }).student.confidence;
    expect(confidence(at(15, -1))).toBe("LOW");
    expect(confidence(at(15))).toBe("MEDIUM");
    expect(confidence(END)).toBe("MEDIUM");
  });

  it("S7 has started at the scheduled start, and is over after the scheduled end", () => {
    const of = (now: number) => suggestFor({ session: { status: "SCHEDULED", endedAt: null }, now });
    expect(of(START - 1)).toMatchObject({ isFinal: false, student: { rule: "S7" } });
    expect(of(START)).toMatchObject({ isFinal: false, student: { rule: "S6" } });
    expect(of(END).isFinal).toBe(false);
    expect(of(END + 1).isFinal).toBe(true);
  });

  it("S10 a millisecond early is early, on time is not, a millisecond after is S11", () => {
    const of = (endedAt: number) => suggestFor({ session: { endedAt, endedOnRequest: true } }).student;
    expect(of(END - 1).confidence).toBe("MEDIUM");
    expect(of(END)).toMatchObject({ confidence: "HIGH", reasons: [expect.any(String), expect.any(String)] });
    expect(of(END + 1).confidence).toBe("HIGH");
    expect(of(END - 1).reasons.at(-1)).toMatch(/^SESSION_ENDED_EARLY: the lesson was ended 0\.00002 minutes before/);
    expect(of(END + 1).reasons.at(-1)).toMatch(/^The lesson was ended 0\.00002 minutes after its scheduled end/);
  });

  it("S11 active time counts to 30 minutes past the scheduled end", () => {
    const student = there([at(60), at(120)]);
    const active = (endedAt: number) =>
      suggestFor({ session: { endedAt, endedOnRequest: true }, student }).student.metrics;
    expect(active(at(89)).activeMinutes).toBe(29);
    expect(active(at(90)).activeMinutes).toBe(30);
    expect(active(at(97)).activeMinutes).toBe(30);
    // What 30 minutes are counted to is seen to the millisecond where it meets a threshold: 18 + 30 s of 60 are S2.
    const just = (end: number, from: number) =>
      suggestFor({ session: { endedAt: end, endedOnRequest: true }, student: there([from, at(120)]) }).student;
    expect(just(at(120), at(72)).rule).toBe("S3");
    expect(just(at(120), at(72, 1)).rule).toBe("S2");
  });

  it("S12 opened a millisecond after the start and before the end", () => {
    const moved = (openedAt: number, student = there([openedAt, END])) =>
      suggestFor({ whiteboard: { openedAt }, student }).student.reasons.some((reason) =>
        reason.startsWith("ROOM_OPENED_LATE: "),
      );
    expect([moved(START), moved(START + 1), moved(END - 1), moved(END)]).toEqual([false, true, true, false]);
    const opened = at(10);
    expect(moved(opened, there([opened - 1, END]))).toBe(false);
    expect(moved(opened, there([opened, END]))).toBe(true);
  });
});

describe("the policy", () => {
  it("is frozen, and as in the table", () => {
    expect(Object.isFrozen(DEFAULT_POLICY)).toBe(true);
    expect(Object.values(DEFAULT_POLICY)).toEqual(["2025-1", 5, 15, 20, 30, 40, 70, 5, 30, 15]);
  });

  it("another one moves the boundaries and shows its version", () => {
    const policy = { ...DEFAULT_POLICY, version: "mild", lateFromMinutes: 10, highEngagementAbovePercent: 60 };
    const { student, policyVersion } = suggestFor({ policy, student: lateAndActive(late(8), percent(65)) });
    expect(student).toMatchObject({ rule: "S6", status: "PRESENT", confidence: "HIGH" });
    expect(student.reasons).toEqual([
      "Arrived 8.0 minutes after the start: on time below 10.0 minutes.",
      "Active 39.0 minutes in a lesson of 60.0 minutes, 65.0%: high confidence above 60.0%.",
    ]);
    expect(policyVersion).toBe("mild");
    expect(suggestFor({ session: lesson, tutor: everywhere }).policyVersion).toBe("2025-1");
  });
});
