import type { Millis, SessionFacts } from "./model.ts";

/** What is known about the evidence of a whiteboard session, apart from the evidence itself. */
export interface EvidenceRecord {
  /** Retention removed the spans. */
  readonly removed: boolean;
  /** Connections before this time were not recorded; null: none are missing. */
  readonly trackedFrom: Millis | null;
  /** A back end reported connections of both participants. */
  readonly bothReported: boolean;
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
  const { trackedFrom, bothReported } = evidence;
  // A back end may report what nobody recorded then. Of whom it reported nothing, nothing is known still.
  const untracked = trackedFrom !== null && trackedFrom > scheduledStart && !bothReported;
  return untracked ? `Connections were not yet recorded when this session began, ${BY_HAND}` : null;
}
