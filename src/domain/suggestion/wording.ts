import type { AttendanceStatus, Confidence, Millis } from "../model.ts";

/** Minutes as metrics show them: rounded to one decimal. Never compare this. */
export function roundedMinutes(duration: Millis): number {
  return Math.round(duration / 6_000) / 10;
}

/** Percent as metrics show them: rounded to one decimal. Never compare this. */
export function roundedPercent(part: number, whole: number): number {
  return Math.round((part * 1_000) / whole) / 10;
}

/**
 * A number for a sentence that compares it with `limits`: one decimal, or as many as it takes not to contradict the
 * sentence (29.99% is not "30.0%: absent below 30.0%").
 */
export function readable(value: number, limits: readonly number[]): string {
  let digits = 1;
  while (limits.some((limit) => Math.sign(Number(value.toFixed(digits)) - limit) !== Math.sign(value - limit))) {
    digits += 1;
  }
  return value.toFixed(digits);
}

/** "8.0 minutes", not contradicting the limits (in minutes). */
export function minutesText(duration: Millis, limits: readonly number[] = []): string {
  return `${readable(duration / 60_000, limits)} minutes`;
}

interface Judged {
  readonly status: AttendanceStatus;
  readonly confidence: Confidence;
  readonly metrics: { readonly connected: boolean };
}

/**
 * S9: the sentence above the suggestion. LOW comes before "nobody connected": three minutes into a lesson nobody's
 * absence is worth a sentence of its own. "Nobody connected" comes before HIGH: a lesson without anyone, ever, was
 * rather held elsewhere than missed by both, so nothing invites to apply it blindly.
 */
export function recommendationFor(hasWhiteboard: boolean, tutor: Judged, student: Judged): string {
  if (!hasWhiteboard) return "No whiteboard data. Please mark attendance manually.";
  if (tutor.confidence === "LOW" || student.confidence === "LOW") {
    return "Low confidence. Please review metrics and confirm manually.";
  }
  if (!tutor.metrics.connected && !student.metrics.connected) {
    return "Nobody connected. Please review and mark attendance manually.";
  }
  const statuses = `Tutor ${tutor.status.toLowerCase()}, Student ${student.status.toLowerCase()}`;
  return tutor.confidence === "HIGH" && student.confidence === "HIGH"
    ? `High confidence: ${statuses}. Ready to auto-apply.`
    : `Moderate confidence: ${statuses}. Please review.`;
}
