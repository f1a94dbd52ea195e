import type { Millis } from "../model.ts";

/**
 * The thresholds of the suggestion, in whole minutes and percent of engagement. Each name says which side of the number
 * is meant: "from" includes it, "after", "above" and "below" do not.
 */
export interface Policy {
  /** Travels with every suggestion, so that one on record can be read by the rules of its day. */
  readonly version: string;
  /** S5, S6: late from here on. */
  readonly lateFromMinutes: number;
  /** S3 to S5: very late after this. */
  readonly veryLateAfterMinutes: number;
  /** S2: absent with certainty below this. */
  readonly surelyAbsentBelowPercent: number;
  /** S2: absent below this, however early. */
  readonly absentBelowPercent: number;
  /** Little engagement: the very late are absent below this (S3), the others are suggested with LOW confidence (S5, S6). */
  readonly lowEngagementBelowPercent: number;
  /** S5, S6: HIGH confidence above this. */
  readonly highEngagementAbovePercent: number;
  /** S8: left early means gone for longer than this before the end. */
  readonly leftEarlyAfterMinutes: number;
  /** S11: how long past the scheduled end active time still counts. */
  readonly overtimeMinutes: number;
  /** S7: confidence is LOW for this long after the scheduled start. */
  readonly unsettledMinutes: number;
}

/** The defaults of docs/SPEC.md §4. A change of any number is a new version. */
export const DEFAULT_POLICY: Policy = Object.freeze({
  version: "2025-1",
  lateFromMinutes: 5,
  veryLateAfterMinutes: 15,
  surelyAbsentBelowPercent: 20,
  absentBelowPercent: 30,
  lowEngagementBelowPercent: 40,
  highEngagementAbovePercent: 70,
  leftEarlyAfterMinutes: 5,
  overtimeMinutes: 30,
  unsettledMinutes: 15,
});

const MINUTE_MS = 60_000;

/** Milliseconds in so many minutes: comparisons are made in milliseconds, which are whole. */
export function minutes(count: number): Millis {
  return count * MINUTE_MS;
}
