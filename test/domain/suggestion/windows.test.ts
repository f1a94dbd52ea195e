/** The rules that move the window or cap the confidence: S7 and S10 to S12. */
import { describe, expect, it } from "vitest";
import type { SessionFacts } from "../../../src/domain/model.ts";
import { at, END, type everywhere, idle, nobody, START, still, suggestFor, there } from "../presence/lesson.ts";

const running = { status: "IN_PROGRESS", endedAt: null } satisfies Partial<SessionFacts>;
const endedAt = (moment: number) => ({ endedAt: moment, endedOnRequest: true });
const LOW_TEXT = "Low confidence. Please review metrics and confirm manually.";
const NOBODY_TEXT = "Nobody connected. Please review and mark attendance manually.";

describe("S7 provisional", () => {
  it("S7 before the start it is PRESENT and LOW, whoever waits", () => {
    const waiting = still(there([at(-5), at(-3)]));
    const suggestion = suggestFor({ session: running, now: at(-2), tutor: waiting, student: nobody });
    expect(suggestion).toMatchObject({ isFinal: false, hasWhiteboard: true, recommendation: LOW_TEXT });
    expect(suggestion.tutor).toEqual({
      role: "TUTOR",
      status: "PRESENT",
      confidence: "LOW",
      rule: "S7",
      reasons: ["SESSION_NOT_STARTED: the lesson starts in 2.0 minutes."],
      metrics: {
        connected: false,
        latenessMinutes: null,
        engagementPercentage: 0,
        activeMinutes: 0,
        sessionMinutes: 0,
        leftEarly: false,
        earlyDepartureMinutes: 0,
      },
    });
    expect(suggestion.student).toEqual({ ...suggestion.tutor, role: "STUDENT" });
  });

  it("S7 a report that runs ahead of the clock proves nothing before the start either", () => {
    const { student } = suggestFor({ session: running, now: at(0, -1_000), student: there([START, at(0, 500)]) });
    expect(student).toMatchObject({ rule: "S7", metrics: { connected: false, engagementPercentage: 0 } });
  });

  it("S7 the window ends now, and the confidence is capped", () => {
    const now = at(20);
    const suggestion = suggestFor({
      session: running,
      now,
      tutor: still(there([START, now])),
      student: still(there([at(8), now])),
    });
    expect(suggestion).toMatchObject({ isFinal: false });
    expect(suggestion.recommendation).toBe("Moderate confidence: Tutor present, Student late. Please review.");
    expect(suggestion.student).toMatchObject({ rule: "S5", confidence: "MEDIUM" });
    expect(suggestion.student.metrics).toMatchObject({ sessionMinutes: 20, engagementPercentage: 60 });
    expect(suggestion.tutor.reasons.at(-1)).toBe(
      "Provisional, 20.0 minutes after the scheduled start: " +
        "confidence is low before 15.0 minutes and at most medium until the lesson is over.",
    );
  });

  it("S7 in the first minutes nobody's absence is no verdict yet; later it is worth saying", () => {
    const of = (now: number) => suggestFor({ session: running, now, tutor: nobody, student: nobody });
    expect(of(at(5))).toMatchObject({ recommendation: LOW_TEXT, tutor: { rule: "S1", confidence: "LOW" } });
    expect(of(at(20))).toMatchObject({ recommendation: NOBODY_TEXT, tutor: { rule: "S1", confidence: "MEDIUM" } });
  });

  it("S7 at the very start there is no length to divide by: who is there is there", () => {
    const of = (student: Parameters<typeof still>[0]) => suggestFor({ session: running, now: START, student }).student;
    expect(of(still(there([START, START])))).toMatchObject({ rule: "S6", metrics: { engagementPercentage: 100 } });
    expect(of(still(idle([START, START])))).toMatchObject({ rule: "S2", metrics: { engagementPercentage: 0 } });
    expect(of(nobody)).toMatchObject({ rule: "S1", metrics: { sessionMinutes: 0, engagementPercentage: 0 } });
  });

  it("S7 who is connected now is, even if their last sign of life was before the start", () => {
    const of = (student: Parameters<typeof still>[0]) =>
      suggestFor({ session: running, now: at(0, 9_000), student }).student.metrics;
    expect(of(still(there([at(-10), at(0, -3_000)])))).toMatchObject({ connected: true, latenessMinutes: 0 });
    expect(of(still(nobody))).toMatchObject({ connected: true, latenessMinutes: 0.2 });
    expect(of(there([at(-10), at(0, -3_000)]))).toMatchObject({ connected: false });
    expect(of(still(there([at(-10), at(0, -3_000)], [at(0, 10_000), at(0, 10_500)])))).toMatchObject({
      latenessMinutes: 0.2,
    });
  });

  it("S7 past the scheduled end it stays provisional while somebody is there", () => {
    const gone = there([START, END]);
    const of = (tutor: typeof gone, student: typeof gone) =>
      suggestFor({ session: running, now: at(70), tutor, student });
    expect(of(still(gone), gone)).toMatchObject({ isFinal: false, student: { confidence: "MEDIUM" } });
    expect(of(gone, still(gone))).toMatchObject({ isFinal: false, tutor: { metrics: { sessionMinutes: 60 } } });
    expect(of(gone, gone)).toMatchObject({ isFinal: true, student: { confidence: "HIGH" } });
  });

  it("S7 a completed session is over, whenever that was", () => {
    expect(suggestFor({ session: endedAt(at(30)), now: at(30) }).isFinal).toBe(true);
    expect(suggestFor({ session: endedAt(at(0)), now: at(-1) }).isFinal).toBe(true);
  });

  it("S7 a cancelled session has none", () => {
    expect(() => suggestFor({ session: { status: "CANCELLED" } })).toThrow(
      expect.objectContaining({ code: "NO_SUGGESTION", message: "A cancelled session has no suggestion." }),
    );
  });
});

describe("S10 ended early", () => {
  it("S10 the window ends with the lesson, at most MEDIUM", () => {
    const { student, tutor } = suggestFor({
      session: endedAt(at(40)),
      tutor: there([START, at(40)]),
      student: there([at(2), at(32)]),
    });
    expect(student).toMatchObject({ rule: "S6", status: "PRESENT", confidence: "MEDIUM" });
    expect(student.metrics).toMatchObject({ sessionMinutes: 40, engagementPercentage: 75, earlyDepartureMinutes: 8 });
    expect(student.reasons.at(-1)).toBe(
      "SESSION_ENDED_EARLY: the lesson was ended 20.0 minutes before its scheduled end " +
        "and is judged by its 40.0 minutes; confidence is at most medium.",
    );
    expect(tutor).toMatchObject({ confidence: "MEDIUM", metrics: { leftEarly: false, engagementPercentage: 100 } });
  });

  it("S10 is about endSession: one that completed by itself keeps the scheduled window", () => {
    const { student } = suggestFor({ session: { endedAt: at(40), endedOnRequest: false } });
    expect(student).toMatchObject({ confidence: "HIGH", metrics: { sessionMinutes: 60 } });
    expect(suggestFor({ session: { endedAt: null, endedOnRequest: true } }).student.confidence).toBe("HIGH");
  });

  it("S10 ended at the very start: no length, no NaN", () => {
    const session = endedAt(START);
    expect(suggestFor({ session }).student).toMatchObject({
      status: "PRESENT",
      confidence: "MEDIUM",
      metrics: { sessionMinutes: 0, activeMinutes: 0, engagementPercentage: 100 },
    });
    expect(suggestFor({ session, student: nobody }).student).toMatchObject({ rule: "S1", confidence: "MEDIUM" });
    expect(suggestFor({ session: endedAt(at(-1)) }).student.metrics.sessionMinutes).toBe(0);
  });
});

describe("S11 ended late", () => {
  const student = there([at(30), at(80)]);

  it("S11 overtime counts as active, the divisor stays, and never more than 100%", () => {
    const of = (end: number, evidence = student) => suggestFor({ session: endedAt(end), student: evidence }).student;
    expect(of(at(70))).toMatchObject({ rule: "S4", confidence: "MEDIUM" });
    expect(of(at(70)).metrics).toMatchObject({ sessionMinutes: 60, activeMinutes: 40, engagementPercentage: 66.7 });
    expect(of(at(70), there([START, at(70)])).metrics).toMatchObject({ activeMinutes: 70, engagementPercentage: 100 });
    expect(of(at(100), there([START, at(100)])).metrics.activeMinutes).toBe(90);
    expect(of(at(70)).reasons.at(-1)).toBe(
      "The lesson was ended 10.0 minutes after its scheduled end: time counts until then, up to 30.0 minutes past it.",
    );
  });

  it("S11 leaving early is measured from the scheduled end", () => {
    const gone = (to: number) =>
      suggestFor({ session: endedAt(at(80)), student: there([START, to]) }).student.metrics.earlyDepartureMinutes;
    expect(gone(at(50))).toBe(10);
    expect(gone(at(60))).toBe(0);
    expect(gone(at(66))).toBe(0);
  });

  it("S11 who came only to the overtime was there, and late", () => {
    const { student: late } = suggestFor({ session: endedAt(at(90)), student: there([at(62), at(90)]) });
    expect(late).toMatchObject({ rule: "S4", status: "LATE", metrics: { connected: true, latenessMinutes: 62 } }); // E 46.7%
  });

  it("S11 is about endSession: time after the end of one that completed by itself counts nothing", () => {
    const { metrics } = suggestFor({ session: { endedAt: at(80) }, student }).student;
    expect(metrics).toMatchObject({ activeMinutes: 30, engagementPercentage: 50 });
  });
});

describe("S12 whiteboard opened late", () => {
  const openedAt12 = { openedAt: at(12) };

  it("S12 the student's window starts when the whiteboard was opened; the tutor's does not", () => {
    const both = there([at(13), END]);
    const { tutor, student } = suggestFor({ whiteboard: openedAt12, tutor: both, student: both });
    expect(student).toMatchObject({ rule: "S6", status: "PRESENT", confidence: "HIGH" });
    expect(student.metrics).toMatchObject({ latenessMinutes: 1, sessionMinutes: 48, engagementPercentage: 97.9 });
    expect(student.reasons.at(-1)).toBe(
      "ROOM_OPENED_LATE: the whiteboard was opened 12.0 minutes after the scheduled start; " +
        "the student's lateness and engagement count from then.",
    );
    expect(tutor).toMatchObject({ rule: "S5", status: "LATE", metrics: { latenessMinutes: 13, sessionMinutes: 60 } });
    expect(tutor.reasons.join()).not.toContain("ROOM_OPENED_LATE");
  });

  it("S12 holds for a student who never came", () => {
    const { student } = suggestFor({ whiteboard: openedAt12, student: nobody });
    expect(student).toMatchObject({ rule: "S1", metrics: { sessionMinutes: 48 } });
    expect(student.reasons.at(-1)).toMatch(/^ROOM_OPENED_LATE: /);
  });

  it("S12 does not hold where the student was reported as there before", () => {
    const of = (student: typeof everywhere) => suggestFor({ whiteboard: openedAt12, student }).student.metrics;
    expect(of(there([at(6), at(8)], [at(14), END]))).toMatchObject({ latenessMinutes: 6, sessionMinutes: 60 });
    expect(of(there([at(14), END], [at(-6), at(-5)]))).toMatchObject({ latenessMinutes: 14, sessionMinutes: 60 });
  });

  it("S12 a whiteboard opened after the lesson moves nothing", () => {
    expect(suggestFor({ whiteboard: { openedAt: at(70) }, student: nobody }).student.metrics.sessionMinutes).toBe(60);
    const session = endedAt(at(90));
    const { student } = suggestFor({ session, whiteboard: { openedAt: at(61) }, student: there([at(62), at(90)]) });
    expect(student.metrics).toMatchObject({ latenessMinutes: 62, sessionMinutes: 60 });
  });

  it("S12 with S10: from the opening to the early end", () => {
    const session = endedAt(at(40));
    const of = (openedAt: number, student: typeof everywhere) =>
      suggestFor({ session, whiteboard: { openedAt }, student }).student;
    expect(of(at(30), there([at(31), at(40)]))).toMatchObject({
      confidence: "MEDIUM",
      metrics: { latenessMinutes: 1, sessionMinutes: 10, engagementPercentage: 90 },
      reasons: [
        expect.any(String),
        expect.any(String),
        expect.stringMatching(/^SESSION_ENDED_EARLY: /),
        expect.stringMatching(/^ROOM_OPENED_LATE: /),
      ],
    });
    expect(of(at(40), nobody).metrics.sessionMinutes).toBe(40);
    expect(of(at(40, -1), there([at(40, -1), at(40)])).metrics.engagementPercentage).toBe(100);
  });

  it("S12 with S11: overtime counts, divided by the rest of the scheduled lesson", () => {
    const session = endedAt(at(80));
    const { metrics } = suggestFor({
      session,
      whiteboard: { openedAt: at(40) },
      student: there([at(50), at(65)]),
    }).student;
    expect(metrics).toMatchObject({ sessionMinutes: 20, activeMinutes: 15, engagementPercentage: 75 });
  });

  it("S12 during the lesson: the student is not late for a whiteboard that opened just now", () => {
    const now = at(16);
    const of = (student: typeof everywhere) =>
      suggestFor({ session: running, now, whiteboard: { openedAt: at(15) }, student }).student;
    expect(of(still(there([at(15, 30_000), now]))).metrics).toMatchObject({ latenessMinutes: 0.5, sessionMinutes: 1 });
    expect(of(still(nobody)).metrics).toMatchObject({ latenessMinutes: 1, sessionMinutes: 1 });
  });
});
