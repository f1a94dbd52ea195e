import { describe, expect, it } from "vitest";
import {
  decideAutoCompletion,
  decideCancel,
  decideEnd,
  isFinished,
  requireRunning,
  type WhiteboardFacts,
} from "../../../src/domain/sessions/lifecycle.ts";
import type { SessionFacts, SessionStatus } from "../../../src/domain/model.ts";
import { END, lesson, MINUTE, START } from "../presence/lesson.ts";
import { LEASE, open, over, steady } from "../presence/spans.ts";

const scheduled: SessionFacts = { ...lesson, status: "SCHEDULED", endedAt: null };
const as = (status: SessionStatus): SessionFacts => ({ ...scheduled, status });

const outcome = <T>(decide: () => T): T | string => {
  try {
    return decide();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("what a session's status allows", () => {
  it.each([
    ["SCHEDULED", { finished: false, running: undefined, end: "end", cancel: "cancel" }],
    ["IN_PROGRESS", { finished: false, running: undefined, end: "end", cancel: "cancel" }],
    ["COMPLETED", { finished: true, running: "SESSION_ENDED", end: "unchanged", cancel: "CONFLICT" }],
    ["CANCELLED", { finished: true, running: "SESSION_ENDED", end: "CONFLICT", cancel: "unchanged" }],
  ] as const)("P12 P16 %s: connects, end and cancel", (status, expected) => {
    const session = as(status);
    expect({
      finished: isFinished(session),
      running: outcome(() => requireRunning(session)),
      end: outcome(() => decideEnd(session, END)),
      cancel: outcome(() => decideCancel(session)),
    }).toEqual(expected);
  });

  it("P16 a session ends from the millisecond of its start on, not before", () => {
    for (const status of ["SCHEDULED", "IN_PROGRESS"] as const) {
      expect(outcome(() => decideEnd(as(status), START - 1))).toBe("CONFLICT");
      expect(outcome(() => decideEnd(as(status), START))).toBe("end");
    }
    expect(outcome(() => decideEnd(as("COMPLETED"), START - 1))).toBe("unchanged");
  });

  it("P12 says whether it has ended or was cancelled", () => {
    expect(() => requireRunning(as("COMPLETED"))).toThrow("The session has ended.");
    expect(() => requireRunning(as("CANCELLED"))).toThrow("The session was cancelled.");
    expect(() => decideEnd(as("CANCELLED"), END)).toThrow("A cancelled session cannot be ended.");
    expect(() => decideEnd(as("SCHEDULED"), 0)).toThrow("has not started yet");
    expect(() => decideCancel(as("COMPLETED"))).toThrow("A completed session cannot be cancelled.");
  });
});

describe("a session that nobody ends", () => {
  const GRACE = 30 * MINUTE;
  const empty: WhiteboardFacts = { openedAt: START, lastReportAt: null, spans: [] };
  const completes = (now: number, whiteboard: WhiteboardFacts | null, session = scheduled) =>
    decideAutoCompletion(session, whiteboard, now, GRACE, steady);
  /** That it completes exactly `GRACE` after `latest`, as of `endedAt`. */
  const expectAfter = (latest: number, endedAt: number, whiteboard: WhiteboardFacts | null, session?: SessionFacts) => {
    expect(completes(latest + GRACE - 1, whiteboard, session)).toBeNull();
    expect(completes(latest + GRACE, whiteboard, session)).toBe(endedAt);
  };

  it("P16 completes after its scheduled end, with a whiteboard or without", () => {
    expectAfter(END, END, null);
    expectAfter(END, END, empty);
  });

  it("P16 not before its creation, the opening of its whiteboard and its last report have been as long ago", () => {
    const later = END + 7 * MINUTE;
    expectAfter(later, END, null, { ...scheduled, createdAt: later });
    expectAfter(later, END, { ...empty, openedAt: later });
    expectAfter(later, END, { ...empty, lastReportAt: later });
  });

  it("P16 the latest of the four counts, whichever it is", () => {
    const [a, b, c] = [END + 1 * MINUTE, END + 2 * MINUTE, END + 3 * MINUTE];
    expectAfter(c, END, { ...empty, openedAt: b, lastReportAt: c }, { ...scheduled, createdAt: a });
    expectAfter(c, END, { ...empty, openedAt: c, lastReportAt: a }, { ...scheduled, createdAt: b });
    expectAfter(c, END, { ...empty, openedAt: a, lastReportAt: b }, { ...scheduled, createdAt: c });
    expectAfter(END, END, { ...empty, lastReportAt: END - 1 });
  });

  it("P16 not while anybody is connected, swept or not", () => {
    const seen = END + GRACE;
    const whiteboard = { ...empty, spans: [open(START, seen)] };
    expect(completes(seen + LEASE, whiteboard)).toBeNull();
    expect(completes(seen + LEASE + 1, whiteboard)).toBe(seen);
    const tutor = open(START, END + 3 * GRACE, { connectionId: "t", userId: 1, role: "TUTOR" });
    expect(completes(seen + LEASE + 1, { ...whiteboard, spans: [...whiteboard.spans, tutor] })).toBeNull();
  });

  it("P13 P16 nor while those who were there when the servers went away may still come back", () => {
    const away = { from: END, until: END + GRACE };
    const whiteboard = { ...empty, spans: [open(START, END)] };
    const at = (now: number) => decideAutoCompletion(scheduled, whiteboard, now, GRACE, { length: LEASE, away });
    expect(at(END + GRACE + LEASE)).toBeNull();
    expect(at(END + GRACE + LEASE + 1)).toBe(END);
  });

  it("P16 ends at the later of its scheduled end and the last proof of life", () => {
    const spans = (until: number) => ({ ...empty, spans: [over(START, until, "DISCONNECTED")] });
    expect(completes(END + GRACE, spans(END - 1))).toBe(END);
    expect(completes(END + GRACE, spans(END + 1))).toBe(END + 1);
  });

  it("P15 P16 an INTERVALS connection without its leaving keeps the session running", () => {
    const spans = [open(START, START, { evidence: "INTERVALS" })];
    expect(completes(END + 100 * GRACE, { ...empty, spans })).toBeNull();
  });

  it("P16 one that is completed or cancelled stays as it is", () => {
    expect(completes(END + GRACE, null, as("COMPLETED"))).toBeNull();
    expect(completes(END + GRACE, null, as("CANCELLED"))).toBeNull();
    expect(completes(END + GRACE, null, as("IN_PROGRESS"))).toBe(END);
  });
});
