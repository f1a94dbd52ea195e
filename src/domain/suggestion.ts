import { RollcallError } from "./errors.ts";
import type { Confidence, Millis, ParticipantRole, SessionFacts } from "./model.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import {
  type AttendanceMetrics,
  measure,
  type Measured,
  metricsOf,
  type ParticipantEvidence,
  presenceOf,
} from "./suggestion-metrics.ts";
import { judge, type RuleId, type SuggestedStatus, type Verdict } from "./suggestion-rules.ts";
import { type LessonWindow, lessonWindow, studentWindow } from "./suggestion-window.ts";
import { minutesText, recommendationFor } from "./suggestion-words.ts";

export type { AttendanceMetrics, ParticipantEvidence } from "./suggestion-metrics.ts";
export type { RuleId, SuggestedStatus } from "./suggestion-rules.ts";

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
  // Waiting before the start proves nothing yet, and without a room there is nothing to prove it by.
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

/** S0 comes before S7: «please mark manually» is the useful answer at any time, and `isFinal` says the rest. */
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
