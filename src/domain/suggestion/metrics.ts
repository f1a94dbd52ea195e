import { clip, firstCovered, type Interval, lastCovered, unionLength } from "../presence/intervals.ts";
import type { Millis } from "../model.ts";
import { minutes, type Policy } from "./policy.ts";
import type { LessonWindow } from "./window.ts";
import { roundedMinutes, roundedPercent } from "./wording.ts";

/** What is known of one participant: every span, as credited until now, and whether they are connected at this moment. */
export interface ParticipantEvidence {
  /** Now, leases considered. */
  readonly connected: boolean;
  readonly intervals: readonly (Interval & { readonly active: boolean })[];
}

/** The evidence inside a window, in exact milliseconds. */
export interface Measured {
  /** From the start of the window to the first moment there; null when never there. */
  readonly lateness: Millis | null;
  readonly active: Millis;
  /** Length of the window. */
  readonly length: Millis;
  /** Engagement as a fraction, to be compared by multiplying: 0 <= part <= whole, and whole > 0. */
  readonly engagement: { readonly part: number; readonly whole: number };
  /** By how much they left early; 0 when they did not. */
  readonly leftEarlyBy: Millis;
}

/** The metrics of docs/SPEC.md S8: minutes and percent, rounded to one decimal. */
export interface AttendanceMetrics {
  /** Was connected at some moment inside the window; `latenessMinutes` is null when not. */
  readonly connected: boolean;
  readonly latenessMinutes: number | null;
  /** 0 to 100. */
  readonly engagementPercentage: number;
  /** Inside the window, and past it as far as S11 counts. */
  readonly activeMinutes: number;
  /** Length of the window: 0 before the lesson, growing during it. */
  readonly sessionMinutes: number;
  readonly leftEarly: boolean;
  /** 0 when not `leftEarly`. */
  readonly earlyDepartureMinutes: number;
}

/**
 * Every stretch of presence. Spans end at the last proof of life; who is connected now was there ever since, because the
 * open connection outlived all that is closed and was seen no later than the last of them.
 */
export function presenceOf({ connected, intervals }: ParticipantEvidence, now: Millis): readonly Interval[] {
  if (!connected) return intervals;
  return [...intervals, { from: Math.min(lastCovered(intervals) ?? now, now), to: now }];
}

/** Measures the evidence against the window. */
export function measure(evidence: ParticipantEvidence, window: LessonWindow, now: Millis, policy: Policy): Measured {
  const counted = { from: window.from, to: window.countedTo };
  const present = clip(presenceOf(evidence, now), counted);
  const activeSpans = clip(
    evidence.intervals.filter((interval) => interval.active),
    counted,
  );
  const first = firstCovered(present, window.from);
  const last = lastCovered(present);
  const active = unionLength(activeSpans);
  const length = window.to - window.from;
  const goneFor = last === null || evidence.connected ? 0 : window.to - last;
  return {
    lateness: first === null ? null : first - window.from,
    active,
    length,
    engagement: length === 0 ? momentary(activeSpans) : { part: Math.min(active, length), whole: length },
    leftEarlyBy: goneFor > minutes(policy.leftEarlyAfterMinutes) ? goneFor : 0,
  };
}

/** The measurements as clients see them. */
export function metricsOf(measured: Measured): AttendanceMetrics {
  const { lateness, active, length, engagement, leftEarlyBy } = measured;
  return {
    connected: lateness !== null,
    latenessMinutes: lateness === null ? null : roundedMinutes(lateness),
    engagementPercentage: roundedPercent(engagement.part, engagement.whole),
    activeMinutes: roundedMinutes(active),
    sessionMinutes: roundedMinutes(length),
    leftEarly: leftEarlyBy > 0,
    earlyDepartureMinutes: roundedMinutes(leftEarlyBy),
  };
}

/** Engagement in a window of no length, which is what an ever shorter one tends to: all or nothing. */
function momentary(activeSpans: readonly Interval[]): Measured["engagement"] {
  return { part: activeSpans.length > 0 ? 1 : 0, whole: 1 };
}
