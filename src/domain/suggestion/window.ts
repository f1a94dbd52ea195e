import { firstCovered, type Interval } from "../presence/intervals.ts";
import type { Confidence, Millis, SessionFacts } from "../model.ts";
import { minutes, type Policy } from "./policy.ts";
import { minutesText } from "./wording.ts";

/** The time that a participant is judged by: the scheduled lesson, as S7 and S10 to S12 change it. */
export interface LessonWindow {
  readonly from: Millis;
  /** Engagement is divided by `to - from`, which may be 0; leaving early is measured from `to`. Never before `from`. */
  readonly to: Millis;
  /** Connections and active time count to here: `to`, or later when the lesson was ended late (S11). */
  readonly countedTo: Millis;
  readonly phase: "NOT_STARTED" | "PROVISIONAL" | "OVER";
  /** No suggestion is surer than this. */
  readonly maxConfidence: Confidence;
  /** What changed the window or the confidence, in words. */
  readonly reasons: readonly string[];
}

/** S7, S10, S11: the window of both participants. `anyoneConnected` is true while either is connected, leases considered. */
export function lessonWindow(
  session: SessionFacts,
  now: Millis,
  anyoneConnected: boolean,
  policy: Policy,
): LessonWindow {
  const over = session.status === "COMPLETED" || (now > session.scheduledEnd && !anyoneConnected);
  if (over) return finishedWindow(session, policy);
  return now < session.scheduledStart ? comingWindow(session, now) : runningWindow(session, now, policy);
}

/**
 * S12: nobody can be late for a whiteboard that is not open yet. The student's window starts when the whiteboard was opened,
 * if that was inside the lesson and no connection of theirs is older. A connection at that very moment is not older:
 * the whiteboard was shut until then. `presence` is every stretch of the student's presence, whenever it was.
 */
export function studentWindow(
  window: LessonWindow,
  openedAt: Millis | null,
  presence: readonly Interval[],
): LessonWindow {
  if (openedAt === null || openedAt <= window.from || openedAt >= window.to) return window;
  const first = firstCovered(presence, Number.NEGATIVE_INFINITY);
  if (first !== null && first < openedAt) return window;
  const reason =
    `ROOM_OPENED_LATE: the whiteboard was opened ${minutesText(openedAt - window.from, [0])} after the scheduled start; ` +
    "the student's lateness and engagement count from then.";
  return { ...window, from: openedAt, reasons: [...window.reasons, reason] };
}

/** S7 before the scheduled start: nothing can be judged, the window has no length yet. */
function comingWindow({ scheduledStart }: SessionFacts, now: Millis): LessonWindow {
  const reason = `SESSION_NOT_STARTED: the lesson starts in ${minutesText(scheduledStart - now, [0])}.`;
  const at = scheduledStart;
  return { from: at, to: at, countedTo: at, phase: "NOT_STARTED", maxConfidence: "LOW", reasons: [reason] };
}

/** S7 during the lesson, and past its scheduled end while somebody is still there: the window ends now. */
function runningWindow(session: SessionFacts, now: Millis, policy: Policy): LessonWindow {
  const { scheduledStart: from, scheduledEnd } = session;
  const to = Math.max(from, Math.min(now, scheduledEnd));
  const maxConfidence = now - from < minutes(policy.unsettledMinutes) ? "LOW" : "MEDIUM";
  const limit = policy.unsettledMinutes;
  const reason =
    `Provisional, ${minutesText(now - from, [limit])} after the scheduled start: confidence is ` +
    `low before ${limit.toFixed(1)} minutes and at most medium until the lesson is over.`;
  return { from, to, countedTo: to, phase: "PROVISIONAL", maxConfidence, reasons: [reason] };
}

/** The window of a lesson that is over. Only a call of endSession moves it: one that completed by itself ran as scheduled. */
function finishedWindow(session: SessionFacts, policy: Policy): LessonWindow {
  const { scheduledStart: from, endedAt, endedOnRequest } = session;
  const to = Math.max(from, session.scheduledEnd);
  const window = { from, to, countedTo: to, phase: "OVER", maxConfidence: "HIGH", reasons: [] } as const;
  if (!endedOnRequest || endedAt === null || endedAt === to) return window;
  return endedAt < to ? endedEarly(window, endedAt) : endedLate(window, endedAt, policy);
}

/** S10 */
function endedEarly(window: LessonWindow, endedAt: Millis): LessonWindow {
  const to = Math.max(window.from, endedAt);
  const reason =
    `SESSION_ENDED_EARLY: the lesson was ended ${minutesText(window.to - endedAt, [0])} before its scheduled end ` +
    `and is judged by its ${minutesText(to - window.from, [0])}; confidence is at most medium.`;
  return { ...window, to, countedTo: to, maxConfidence: "MEDIUM", reasons: [reason] };
}

/** S11 */
function endedLate(window: LessonWindow, endedAt: Millis, policy: Policy): LessonWindow {
  const overtime = endedAt - window.to;
  const limit = policy.overtimeMinutes;
  const reason =
    `The lesson was ended ${minutesText(overtime, [0, limit])} after its scheduled end: ` +
    `time counts until then, up to ${limit.toFixed(1)} minutes past it.`;
  return { ...window, countedTo: window.to + Math.min(overtime, minutes(limit)), reasons: [reason] };
}
