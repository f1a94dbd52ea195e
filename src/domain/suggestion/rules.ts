import type { AttendanceStatus, Confidence } from "../model.ts";
import { minutes, type Policy } from "./policy.ts";
import type { Measured } from "./metrics.ts";
import { minutesText, readable } from "./wording.ts";

/** Evidence never excuses: that takes a person (M4). */
export type SuggestedStatus = Exclude<AttendanceStatus, "EXCUSED">;
export type RuleId = "S0" | "S1" | "S2" | "S3" | "S4" | "S5" | "S6" | "S7";

/** What a rule says, and why. */
export interface Verdict {
  readonly rule: RuleId;
  readonly status: SuggestedStatus;
  readonly confidence: Confidence;
  /** Sentences with the numbers and the threshold that they met. */
  readonly reasons: readonly string[];
}

/** S1 to S6: the first rule that fits. Compares whole milliseconds, never quotients. */
export function judge(measured: Measured, policy: Policy): Verdict {
  const { lateness, length } = measured;
  if (lateness === null) {
    const reason = `Not connected at any moment of the lesson window of ${minutesText(length)}.`;
    return { rule: "S1", status: "ABSENT", confidence: "HIGH", reasons: [reason] };
  }
  if (isBelow(measured, policy.absentBelowPercent)) return barelyThere(measured, policy);
  if (lateness > minutes(policy.veryLateAfterMinutes)) return veryLate(measured, lateness, policy);
  return inTime(measured, lateness, policy);
}

/** S2 */
function barelyThere(measured: Measured, policy: Policy): Verdict {
  const { absentBelowPercent: limit, surelyAbsentBelowPercent: sure } = policy;
  const reason =
    `${activity(measured, [limit, sure])}: absent below ${limit.toFixed(1)}%, ` +
    `with high confidence below ${sure.toFixed(1)}%.`;
  const confidence = isBelow(measured, sure) ? "HIGH" : "MEDIUM";
  return { rule: "S2", status: "ABSENT", confidence, reasons: [reason] };
}

/** S3, S4 */
function veryLate(measured: Measured, lateness: number, policy: Policy): Verdict {
  const { veryLateAfterMinutes: after, lowEngagementBelowPercent: limit } = policy;
  const absent = isBelow(measured, limit);
  const reasons = [
    `${arrival(lateness, [after])}: very late after ${after.toFixed(1)} minutes.`,
    `${activity(measured, [limit])}: who is very late is absent below ${limit.toFixed(1)}%, else late.`,
  ];
  return { rule: absent ? "S3" : "S4", status: absent ? "ABSENT" : "LATE", confidence: "MEDIUM", reasons };
}

/** S5, S6 */
function inTime(measured: Measured, lateness: number, policy: Policy): Verdict {
  const { lateFromMinutes: from, veryLateAfterMinutes: upTo } = policy;
  const late = lateness >= minutes(from);
  const why = late
    ? `late from ${from.toFixed(1)} up to ${upTo.toFixed(1)} minutes.`
    : `on time below ${from.toFixed(1)} minutes.`;
  const { confidence, reason } = sureness(measured, policy);
  const reasons = [`${arrival(lateness, [from, upTo])}: ${why}`, reason];
  return { rule: late ? "S5" : "S6", status: late ? "LATE" : "PRESENT", confidence, reasons };
}

function sureness(measured: Measured, policy: Policy): { confidence: Confidence; reason: string } {
  const { lowEngagementBelowPercent: low, highEngagementAbovePercent: high } = policy;
  const share = activity(measured, [low, high]);
  if (isBelow(measured, low)) {
    return { confidence: "LOW", reason: `${share}: low confidence below ${low.toFixed(1)}%.` };
  }
  if (isAbove(measured, high)) {
    return { confidence: "HIGH", reason: `${share}: high confidence above ${high.toFixed(1)}%.` };
  }
  const reason = `${share}: medium confidence from ${low.toFixed(1)} up to ${high.toFixed(1)}%.`;
  return { confidence: "MEDIUM", reason };
}

function isBelow({ engagement: { part, whole } }: Measured, percent: number): boolean {
  return part * 100 < percent * whole;
}

function isAbove({ engagement: { part, whole } }: Measured, percent: number): boolean {
  return part * 100 > percent * whole;
}

function arrival(lateness: number, limits: readonly number[]): string {
  return `Arrived ${minutesText(lateness, limits)} after the start`;
}

function activity({ active, length, engagement: { part, whole } }: Measured, limits: readonly number[]): string {
  return `Active ${minutesText(active)} in a lesson of ${minutesText(length)}, ${readable((part * 100) / whole, limits)}%`;
}
