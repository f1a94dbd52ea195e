import type {
  AttendanceMetrics as Metrics,
  ParticipantSuggestion as Participant,
  Suggestion,
} from "../../domain/suggestion/suggest.ts";
import { requireViewer } from "../../services/shared/access.ts";
import { builder } from "./builder.ts";
import { AttendanceStatus, Confidence, ParticipantRole } from "./enums.ts";

const AttendanceMetrics = builder.objectRef<Metrics>("AttendanceMetrics").implement({
  description: "What was measured inside the lesson window. Minutes and percent to one decimal.",
  fields: (t) => ({
    connected: t.exposeBoolean("connected", { description: "Was there at all inside the window." }),
    latenessMinutes: t.exposeFloat("latenessMinutes", {
      nullable: true,
      description: "From the start of the window until they came, in minutes; 0 when in time. Null: never there.",
    }),
    engagementPercentage: t.exposeFloat("engagementPercentage", {
      description: "Active time as a share of the window, in percent, 0 to 100.",
    }),
    activeMinutes: t.exposeFloat("activeMinutes", { description: "Active time inside the window, in minutes." }),
    sessionMinutes: t.exposeFloat("sessionMinutes", { description: "Length of the window, in minutes." }),
    leftEarly: t.exposeBoolean("leftEarly", { description: "Gone more than 5 minutes before the end of the window." }),
    earlyDepartureMinutes: t.exposeFloat("earlyDepartureMinutes", {
      description: "How long before the end of the window they left, in minutes; 0 unless leftEarly.",
    }),
  }),
});

const ParticipantSuggestion = builder.objectRef<Participant>("ParticipantSuggestion").implement({
  description: "What the evidence says about one of the two.",
  fields: (t) => ({
    role: t.field({ type: ParticipantRole, description: "Which of the two.", resolve: (p) => p.role }),
    status: t.field({
      type: AttendanceStatus,
      description:
        "The suggested status; never EXCUSED. By rule S0 or S7, without a whiteboard or before the start, PRESENT is presumed: no evidence is behind it.",
      resolve: (p) => p.status,
    }),
    confidence: t.field({ type: Confidence, description: "How clear the evidence is.", resolve: (p) => p.confidence }),
    rule: t.exposeString("rule", { description: "The rule that decided, as docs/SPEC.md names it." }),
    reasons: t.stringList({
      description: "In words, with the numbers and the thresholds that they met.",
      resolve: (p) => [...p.reasons],
    }),
    metrics: t.field({ type: AttendanceMetrics, description: "The numbers behind it.", resolve: (p) => p.metrics }),
  }),
});

export const AttendanceSuggestion = builder.objectRef<Suggestion>("AttendanceSuggestion").implement({
  description: "What the evidence says. It changes nothing until a person accepts it.",
  fields: (t) => ({
    sessionId: t.exposeID("sessionId", { description: "The session." }),
    hasWhiteboard: t.exposeBoolean("hasWhiteboard", { description: "There is a whiteboard, and so evidence." }),
    isFinal: t.exposeBoolean("isFinal", { description: "False while the lesson may still change it." }),
    tutor: t.field({ type: ParticipantSuggestion, description: "About the tutor.", resolve: (s) => s.tutor }),
    student: t.field({ type: ParticipantSuggestion, description: "About the student.", resolve: (s) => s.student }),
    recommendation: t.exposeString("recommendation", { description: "What to do with it, in a sentence for people." }),
    policyVersion: t.exposeString("policyVersion", { description: "Version of the thresholds that decided." }),
  }),
});

builder.queryField("attendanceSuggestion", (t) =>
  t.field({
    type: AttendanceSuggestion,
    description:
      "What the evidence of a session says. For the tutor, admins and services. NO_SUGGESTION for a cancelled session, and where evidence is missing: it was removed, or never recorded.",
    args: { sessionId: t.arg.id({ required: true, description: "The session's id." }) },
    resolve: (_root, { sessionId }, { viewer, services }) =>
      services.suggestions.suggestion(requireViewer(viewer), sessionId),
  }),
);
