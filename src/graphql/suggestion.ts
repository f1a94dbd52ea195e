import type {
  AttendanceMetrics as Metrics,
  ParticipantSuggestion as Participant,
  Suggestion,
} from "../domain/suggestion.ts";
import { requireViewer } from "../services/access.ts";
import { builder } from "./builder.ts";
import { AttendanceStatus, Confidence, ParticipantRole } from "./enums.ts";

const AttendanceMetrics = builder.objectRef<Metrics>("AttendanceMetrics").implement({
  description: "What was measured inside the lesson window. Minutes and percent to one decimal.",
  fields: (t) => ({
    connected: t.exposeBoolean("connected", { description: "Was there at all inside the window." }),
    latenessMinutes: t.exposeFloat("latenessMinutes", { nullable: true, description: "Null: never there." }),
    engagementPercentage: t.exposeFloat("engagementPercentage", { description: "Active time / window, at most 100." }),
    activeMinutes: t.exposeFloat("activeMinutes"),
    sessionMinutes: t.exposeFloat("sessionMinutes", { description: "Length of the window." }),
    leftEarly: t.exposeBoolean("leftEarly", { description: "Gone more than 5 minutes before the end of the window." }),
    earlyDepartureMinutes: t.exposeFloat("earlyDepartureMinutes"),
  }),
});

const ParticipantSuggestion = builder.objectRef<Participant>("ParticipantSuggestion").implement({
  fields: (t) => ({
    role: t.field({ type: ParticipantRole, resolve: (p) => p.role }),
    status: t.field({
      type: AttendanceStatus,
      description:
        "By rule S0 or S7, without a whiteboard or before the start, PRESENT is presumed: no evidence is behind it.",
      resolve: (p) => p.status,
    }),
    confidence: t.field({ type: Confidence, resolve: (p) => p.confidence }),
    rule: t.exposeString("rule", { description: "The rule that decided, as docs/SPEC.md names it." }),
    reasons: t.stringList({
      description: "In words, with the numbers and the thresholds that they met.",
      resolve: (p) => [...p.reasons],
    }),
    metrics: t.field({ type: AttendanceMetrics, resolve: (p) => p.metrics }),
  }),
});

export const AttendanceSuggestion = builder.objectRef<Suggestion>("AttendanceSuggestion").implement({
  description: "What the evidence says. It changes nothing until a person accepts it.",
  fields: (t) => ({
    sessionId: t.exposeID("sessionId"),
    hasWhiteboard: t.exposeBoolean("hasWhiteboard"),
    isFinal: t.exposeBoolean("isFinal", { description: "False while the lesson may still change it." }),
    tutor: t.field({ type: ParticipantSuggestion, resolve: (s) => s.tutor }),
    student: t.field({ type: ParticipantSuggestion, resolve: (s) => s.student }),
    recommendation: t.exposeString("recommendation"),
    policyVersion: t.exposeString("policyVersion"),
  }),
});

builder.queryField("attendanceSuggestion", (t) =>
  t.field({
    type: AttendanceSuggestion,
    description:
      "For the tutor, admins and services. NO_SUGGESTION for a cancelled session, and where evidence is missing: it was removed, or never recorded.",
    args: { sessionId: t.arg.id({ required: true }) },
    resolve: (_root, { sessionId }, { viewer, services }) =>
      services.suggesting.suggestion(requireViewer(viewer), sessionId),
  }),
);
