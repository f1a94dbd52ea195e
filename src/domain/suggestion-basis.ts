import type { Millis, SessionFacts } from "./model.ts";

/** What is known about the evidence of a whiteboard session, apart from the evidence itself. */
export interface EvidenceRecord {
  /** Retention removed the spans. */
  readonly removed: boolean;
  /** Connections before this time were not recorded; null: none are missing. */
  readonly trackedFrom: Millis | null;
  /** When a back end last reported connections; null: never. */
  readonly lastReportAt: Millis | null;
  /** A migration gave the session possible times for impossible ones. */
  readonly timesRepaired: boolean;
}

const BY_HAND = "so there is no suggestion. Please mark attendance manually.";

/**
 * Why a session has no suggestion, in words for the person who asks; null when it has one (S7). Missing evidence must
 * not pass for absence. `evidence` is null when the session has no whiteboard: that has a suggestion of its own (S0).
 */
export function whyNoSuggestion(
  { status, scheduledStart }: SessionFacts,
  evidence: EvidenceRecord | null,
): string | null {
  if (status === "CANCELLED") return "A cancelled session has no suggestion.";
  if (evidence === null) return null;
  if (evidence.removed) return `The evidence of this session is no longer kept, ${BY_HAND}`;
  if (evidence.timesRepaired) return `The scheduled times of this session were not valid and are a guess, ${BY_HAND}`;
  const { trackedFrom, lastReportAt } = evidence;
  // A back end may still report what nobody recorded then.
  const untracked = trackedFrom !== null && trackedFrom > scheduledStart && lastReportAt === null;
  return untracked ? `Connections were not yet recorded when this session began, ${BY_HAND}` : null;
}
