import { describe, expect, it } from "vitest";
import type { SessionFacts } from "../../../src/domain/model.ts";
import {
  at,
  END,
  everywhere,
  idle,
  lateAndActive,
  MINUTE,
  nobody,
  START,
  still,
  suggestFor,
  there,
} from "../presence/lesson.ts";

const running = { status: "IN_PROGRESS", endedAt: null } satisfies Partial<SessionFacts>;
const LOW_TEXT = "Low confidence. Please review metrics and confirm manually.";
const NOBODY_TEXT = "Nobody connected. Please review and mark attendance manually.";
const NO_WHITEBOARD_TEXT = "No whiteboard data. Please mark attendance manually.";

describe("the example of docs/SPEC.md §4", () => {
  it("S5 S6 comes out to the digit", () => {
    const tutor = there([START, at(52, 30_000)]);
    const student = there([at(8), at(53)]);
    expect(suggestFor({ tutor, student })).toEqual({
      sessionId: 7,
      hasWhiteboard: true,
      isFinal: true,
      policyVersion: "2025-1",
      recommendation: "High confidence: Tutor present, Student late. Ready to auto-apply.",
      tutor: {
        role: "TUTOR",
        status: "PRESENT",
        confidence: "HIGH",
        rule: "S6",
        reasons: [
          "Arrived 0.0 minutes after the start: on time below 5.0 minutes.",
          "Active 52.5 minutes in a lesson of 60.0 minutes, 87.5%: high confidence above 70.0%.",
          "Left 7.5 minutes before the end: early means more than 5.0 minutes.",
        ],
        metrics: {
          connected: true,
          latenessMinutes: 0,
          engagementPercentage: 87.5,
          activeMinutes: 52.5,
          sessionMinutes: 60,
          leftEarly: true,
          earlyDepartureMinutes: 7.5,
        },
      },
      student: {
        role: "STUDENT",
        status: "LATE",
        confidence: "HIGH",
        rule: "S5",
        reasons: [
          "Arrived 8.0 minutes after the start: late from 5.0 up to 15.0 minutes.",
          "Active 45.0 minutes in a lesson of 60.0 minutes, 75.0%: high confidence above 70.0%.",
          "Left 7.0 minutes before the end: early means more than 5.0 minutes.",
        ],
        metrics: {
          connected: true,
          latenessMinutes: 8,
          engagementPercentage: 75,
          activeMinutes: 45,
          sessionMinutes: 60,
          leftEarly: true,
          earlyDepartureMinutes: 7,
        },
      },
    });
  });
});

describe("S0 no whiteboard", () => {
  it("S0 presumes both present with LOW confidence and asks for a manual mark", () => {
    const suggestion = suggestFor({ whiteboard: null, tutor: nobody, student: nobody });
    expect(suggestion).toMatchObject({ hasWhiteboard: false, isFinal: true, recommendation: NO_WHITEBOARD_TEXT });
    const presumed = {
      status: "PRESENT",
      confidence: "LOW",
      rule: "S0",
      reasons: ["No whiteboard was opened for this session: nothing tells who was there."],
      metrics: {
        connected: false,
        latenessMinutes: null,
        engagementPercentage: 0,
        activeMinutes: 0,
        sessionMinutes: 60,
        leftEarly: false,
        earlyDepartureMinutes: 0,
      },
    };
    expect(suggestion.tutor).toEqual({ role: "TUTOR", ...presumed });
    expect(suggestion.student).toEqual({ role: "STUDENT", ...presumed });
  });

  it("S0 looks at no evidence: there is no room that it could be from", () => {
    const { tutor, student } = suggestFor({ whiteboard: null });
    expect(tutor.metrics).toMatchObject({ connected: false, activeMinutes: 0 });
    expect(student.metrics).toMatchObject({ connected: false, activeMinutes: 0 });
    const running = suggestFor({ whiteboard: null, session: { status: "IN_PROGRESS", endedAt: null }, now: at(30) });
    expect(running.tutor.metrics).toMatchObject({ connected: false, latenessMinutes: null });
  });

  it("S0 comes before S7, which still says whether it is final and why not", () => {
    const of = (now: number) => suggestFor({ session: running, whiteboard: null, tutor: nobody, student: nobody, now });
    expect(of(at(-30))).toMatchObject({ isFinal: false, recommendation: NO_WHITEBOARD_TEXT, tutor: { rule: "S0" } });
    expect(of(at(-30)).student.reasons.at(-1)).toBe("SESSION_NOT_STARTED: the lesson starts in 30.0 minutes.");
    expect(of(at(30))).toMatchObject({ isFinal: false, tutor: { rule: "S0", metrics: { sessionMinutes: 30 } } });
    expect(of(at(61)).isFinal).toBe(true);
  });
});

describe("S1 to S6", () => {
  it("S1 never connected inside the window is absent, surely, and not «left early»", () => {
    const { student } = suggestFor({ student: there([at(-30), at(-1)], [at(61), at(80)]) });
    expect(student).toMatchObject({ status: "ABSENT", confidence: "HIGH", rule: "S1" });
    expect(student.reasons).toEqual(["Not connected at any moment of the lesson window of 60.0 minutes."]);
    expect(student.metrics).toMatchObject({ connected: false, latenessMinutes: null, activeMinutes: 0 });
    expect(student.metrics).toMatchObject({ leftEarly: false, earlyDepartureMinutes: 0 });
  });

  it("S1 a connection that was never seen again is one: its moment is the lateness", () => {
    const { student } = suggestFor({ student: there([at(3), at(3)]) });
    expect(student).toMatchObject({ rule: "S2", metrics: { connected: true, latenessMinutes: 3 } });
  });

  it("S2 says how far below the thresholds", () => {
    const of = (active: number) => suggestFor({ student: lateAndActive(0, active * MINUTE) }).student.reasons;
    expect(of(6)).toEqual([
      "Active 6.0 minutes in a lesson of 60.0 minutes, 10.0%: absent below 30.0%, with high confidence below 20.0%.",
    ]);
  });

  it("S3 and S4 very late: absent or late by engagement", () => {
    const of = (active: number) => suggestFor({ student: lateAndActive(20 * MINUTE, active * MINUTE) }).student;
    expect(of(21)).toMatchObject({
      rule: "S3",
      status: "ABSENT",
      reasons: [
        "Arrived 20.0 minutes after the start: very late after 15.0 minutes.",
        "Active 21.0 minutes in a lesson of 60.0 minutes, 35.0%: who is very late is absent below 40.0%, else late.",
      ],
    });
    expect(of(30)).toMatchObject({ rule: "S4", status: "LATE", confidence: "MEDIUM" });
  });

  it("S5 and S6 say how sure and why", () => {
    const sureness = (late: number, active: number) =>
      suggestFor({ student: lateAndActive(late * MINUTE, active * MINUTE) }).student.reasons.at(-1);
    expect(sureness(0, 21)).toMatch(/35\.0%: low confidence below 40\.0%\.$/);
    expect(sureness(8, 30)).toMatch(/50\.0%: medium confidence from 40\.0 up to 70\.0%\.$/);
    expect(sureness(8, 48)).toMatch(/80\.0%: high confidence above 70\.0%\.$/);
  });

  it("S6 idle time is presence but no engagement; two tabs at once count once", () => {
    const tabs = [...there([START, at(30)], [at(10), at(40)]).intervals, ...idle([START, END]).intervals];
    const { metrics } = suggestFor({ student: { connected: false, intervals: tabs } }).student;
    expect(metrics).toMatchObject({ activeMinutes: 40, engagementPercentage: 66.7, leftEarly: false });
  });

  it("S6 only what lies inside the lesson counts", () => {
    const { student } = suggestFor({ student: there([at(-60), at(90)]) });
    expect(student.metrics).toMatchObject({ latenessMinutes: 0, activeMinutes: 60, engagementPercentage: 100 });
  });
});

describe("S8 metrics and reasons", () => {
  it("S8 who is still connected has not left; who left and came back has not either", () => {
    const now = at(40);
    const of = (student: typeof everywhere, moment = now, session: Partial<SessionFacts> = running) =>
      suggestFor({ session, now: moment, student }).student.metrics;
    expect(of(there([START, at(30)]))).toMatchObject({ leftEarly: true, earlyDepartureMinutes: 10 });
    expect(of(still(there([START, at(30)])))).toMatchObject({ leftEarly: false, earlyDepartureMinutes: 0 });
    expect(of(there([START, at(30)], [at(38), at(39)]))).toMatchObject({ leftEarly: false });
  });

  it("S8 coming back after the lesson does not undo leaving early", () => {
    const { metrics } = suggestFor({ student: there([START, at(45)], [at(61), at(63)]) }).student;
    expect(metrics).toMatchObject({ leftEarly: true, earlyDepartureMinutes: 15 });
  });

  it("S8 numbers are rounded to one decimal, half up, and only for show", () => {
    const { metrics } = suggestFor({ student: there([at(4, 57_000), at(4, 57_000 + 43 * MINUTE + 2_999)]) }).student;
    expect(metrics).toMatchObject({ latenessMinutes: 5, activeMinutes: 43, engagementPercentage: 71.7 });
    expect(metrics.earlyDepartureMinutes).toBe(12);
  });

  it("S8 a reason never contradicts itself by rounding", () => {
    const reasons = (late: number, active: number) =>
      suggestFor({ student: lateAndActive(late, active) }).student.reasons;
    expect(reasons(5 * MINUTE - 1, 50 * MINUTE)[0]).toBe(
      "Arrived 4.99998 minutes after the start: on time below 5.0 minutes.",
    );
    expect(reasons(0, 18 * MINUTE - 1)[0]).toMatch(/, 29\.99997%: absent below 30\.0%/);
    expect(reasons(0, 42 * MINUTE + 1)[1]).toMatch(/, 70\.00003%: high confidence above 70\.0%/);
    const { student } = suggestFor({ student: there([START, END - 5 * MINUTE - 1]) });
    expect(student.reasons.at(-1)).toMatch(/^Left 5\.00002 minutes before the end: early means more than 5\.0 minutes/);
  });
});

describe("S9 recommendation", () => {
  const high = everywhere;
  const medium = lateAndActive(0, 30 * MINUTE);
  const low = lateAndActive(0, 20 * MINUTE);
  it.each([
    ["both HIGH", high, high, "High confidence: Tutor present, Student present. Ready to auto-apply."],
    ["an absence too", high, nobody, "High confidence: Tutor present, Student absent. Ready to auto-apply."],
    ["one MEDIUM", high, medium, "Moderate confidence: Tutor present, Student present. Please review."],
    ["the other MEDIUM", medium, nobody, "Moderate confidence: Tutor present, Student absent. Please review."],
    ["one LOW", high, low, LOW_TEXT],
    ["the other LOW", low, nobody, LOW_TEXT],
    ["nobody connected", nobody, nobody, NOBODY_TEXT],
  ])("S9 %s", (_, tutor, student, text) => {
    expect(suggestFor({ tutor, student }).recommendation).toBe(text);
  });
});
