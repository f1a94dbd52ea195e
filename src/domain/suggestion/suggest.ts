import { RollcallError } from "../errors.ts";
import type { Confidence, Millis, ParticipantRole, SessionFacts } from "../model.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import {
  type AttendanceMetrics,
  measure,
  type Measured,
  metricsOf,
  type ParticipantEvidence,
  presenceOf,
} from "./metrics.ts";
import { judge, type RuleId, type SuggestedStatus, type Verdict } from "./rules.ts";
import { type LessonWindow, lessonWindow, studentWindow } from "./window.ts";
import { minutesText, recommendationFor } from "./wording.ts";

export type { AttendanceMetrics, ParticipantEvidence } from "./metrics.ts";
export type { RuleId, SuggestedStatus } from "./rules.ts";

export interface SuggestionInput {
  readonly session: SessionFacts;
  /** Null when the session has no whiteboard (S0). */
  readonly whiteboard: { readonly openedAt: Millis } | null;
  readonly tutor: ParticipantEvidence;
  readonly student: ParticipantEvidence;
  readonly now: Millis;
  /** DEFAULT_POLICY when left out. */
  readonly policy?: Policy;
}

export interface ParticipantSuggestion {
  readonly role: ParticipantRole;
  readonly status: SuggestedStatus;
  readonly confidence: Confidence;
  readonly rule: RuleId;
  /** The rule's own first; named ones start with their name, as in "SESSION_ENDED_EARLY: ...". */
  readonly reasons: readonly string[];
  readonly metrics: AttendanceMetrics;
}

/** What the evidence says. It changes nothing; it is plain JSON, so that a mark can keep it. */
export interface Suggestion {
  readonly sessionId: number;
  readonly hasWhiteboard: boolean;
  /** False while the lesson may still change it (S7). */
  readonly isFinal: boolean;
  readonly tutor: ParticipantSuggestion;
  readonly student: ParticipantSuggestion;
  readonly recommendation: string;
  readonly policyVersion: string;
}

const NO_EVIDENCE: ParticipantEvidence = { connected: false, intervals: [] };
const CONFIDENCES: readonly Confidence[] = ["LOW", "MEDIUM", "HIGH"];

/** The rules S0 to S12 of docs/SPEC.md §4. Throws NO_SUGGESTION for a cancelled session, and for nothing else. */
export function suggest(input: SuggestionInput): Suggestion {
  const { session, whiteboard, now, policy = DEFAULT_POLICY } = input;
  if (session.status === "CANCELLED")
    throw new RollcallError("NO_SUGGESTION", "A cancelled session has no suggestion.");
  const window = lessonWindow(session, now, input.tutor.connected || input.student.connected, policy);
  // Waiting before the start proves nothing yet, and without a whiteboard there is nothing to prove it by.
  const usable = whiteboard !== null && window.phase !== "NOT_STARTED";
  const tutorEvidence = usable ? input.tutor : NO_EVIDENCE;
  const studentEvidence = usable ? input.student : NO_EVIDENCE;
  const forStudent = studentWindow(window, whiteboard?.openedAt ?? null, presenceOf(studentEvidence, now));
  const hasWhiteboard = whiteboard !== null;
  const tutor = participant("TUTOR", window, measure(tutorEvidence, window, now, policy), hasWhiteboard, policy);
  const student = participant(
    "STUDENT",
    forStudent,
    measure(studentEvidence, forStudent, now, policy),
    hasWhiteboard,
    policy,
  );
  return {
    sessionId: session.id,
    hasWhiteboard,
    isFinal: window.phase === "OVER",
    tutor,
    student,
    recommendation: recommendationFor(hasWhiteboard, tutor, student),
    policyVersion: policy.version,
  };
}

function participant(
  role: ParticipantRole,
  window: LessonWindow,
  measured: Measured,
  hasWhiteboard: boolean,
  policy: Policy,
): ParticipantSuggestion {
  const { rule, status, confidence, reasons } = verdictOn(measured, window, hasWhiteboard, policy);
  return {
    role,
    status,
    confidence: lower(confidence, window.maxConfidence),
    rule,
    reasons: [...reasons, ...departure(measured, policy), ...window.reasons],
    metrics: metricsOf(measured),
  };
}

/** S0 comes before S7: "please mark manually" is the useful answer at any time, and `isFinal` says the rest. */
function verdictOn(measured: Measured, { phase }: LessonWindow, hasWhiteboard: boolean, policy: Policy): Verdict {
  const presumed = { status: "PRESENT", confidence: "LOW" } as const;
  if (!hasWhiteboard) {
    const reason = "No whiteboard was opened for this session: nothing tells who was there.";
    return { ...presumed, rule: "S0", reasons: [reason] };
  }
  return phase === "NOT_STARTED" ? { ...presumed, rule: "S7", reasons: [] } : judge(measured, policy);
}

function departure({ leftEarlyBy }: Measured, policy: Policy): string[] {
  if (leftEarlyBy === 0) return [];
  const limit = policy.leftEarlyAfterMinutes;
  return [
    `Left ${minutesText(leftEarlyBy, [limit])} before the end: early means more than ${limit.toFixed(1)} minutes.`,
  ];
}

function lower(a: Confidence, b: Confidence): Confidence {
  return CONFIDENCES.indexOf(a) < CONFIDENCES.indexOf(b) ? a : b;
}

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
