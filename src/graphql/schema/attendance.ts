import { mayRun } from "../../domain/access.ts";
import { marksOf } from "../../domain/attendance/attendance.ts";
import type {
  AttendanceSource as Source,
  AttendanceStatus as Status,
  ParticipantRole as Role,
} from "../../domain/model.ts";
import type { Session } from "../../generated/prisma/client.ts";
import { requireViewer } from "../../services/shared/access.ts";
import type { MarkRow } from "../../services/attendance/marks.ts";
import { builder } from "./builder.ts";
import { AttendanceSource, AttendanceStatus, ParticipantRole } from "./enums.ts";
import { pageType } from "./paging.ts";
import { User } from "./user.ts";

const status = (value: string) => value.toUpperCase() as Status;
const source = (value: string) => value.toUpperCase() as Source;
const role = (value: string | null) => (value === null ? null : (value.toUpperCase() as Role));
const KEPT = "left alone, because a person had decided it. Null: nobody's, or statuses were given.";

export const Attendance = builder.objectRef<Session>("Attendance").implement({
  description: "The attendance of a session as it stands.",
  fields: (t) => ({
    tutorStatus: t.field({
      type: AttendanceStatus,
      description: "A decision only where tutorMarked is true; else the default, PRESENT, which says nothing.",
      resolve: (s) => status(s.tutorStatus),
    }),
    studentStatus: t.field({
      type: AttendanceStatus,
      description: "A decision only where studentMarked is true; else the default, PRESENT, which says nothing.",
      resolve: (s) => status(s.studentStatus),
    }),
    source: t.field({
      type: AttendanceSource,
      description: "Where the latest decision comes from; SYSTEM_DEFAULT while neither status was decided.",
      resolve: (s) => source(s.source),
    }),
    keptStatusOf: t.field({
      type: ParticipantRole,
      nullable: true,
      description: `Whose status the latest mark, an accepted suggestion, ${KEPT}`,
      resolve: (s) => role(s.keptStatusOf),
    }),
    marked: t.boolean({
      description: "Both statuses were decided, not only defaulted.",
      resolve: (s) => marksOf(s).marked,
    }),
    tutorMarked: t.boolean({ description: "The tutor's status was decided.", resolve: (s) => marksOf(s).tutorMarked }),
    studentMarked: t.boolean({
      description: "The student's status was decided.",
      resolve: (s) => marksOf(s).studentMarked,
    }),
    markedBy: t.field({
      type: User,
      nullable: true,
      description: "Who decided last. Null: nobody did, or it is not known who.",
      resolve: (s, _args, { load }) => (s.markedBy === null ? null : load.person(s.markedBy)),
    }),
    markedAt: t.expose("markedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the latest decision was taken. Null: there is none.",
    }),
    notes: t.string({
      nullable: true,
      description:
        "What the latest decision's actor noted, up to 2,000 characters; null when nothing. For the tutor, admins and services; students and parents see their own only.",
      resolve: async (s, _args, { viewer, load }) => {
        if (s.notes === null || viewer === null) return null;
        return s.markedBy === viewer.id || mayRun(await load.relation(s)) ? s.notes : null;
      },
    }),
    version: t.exposeInt("attendanceVersion", { description: "Grows with every mark: give it as expectedVersion." }),
  }),
});

const AttendanceMark = builder.objectRef<MarkRow>("AttendanceMark").implement({
  description: "One decision, as it was taken; never changed afterwards.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "A number, ascending in the order of decisions." }),
    at: t.expose("at", { type: "DateTime", description: "When it was taken." }),
    actor: t.field({
      type: User,
      nullable: true,
      description: "Null: taken before this system kept who decides.",
      resolve: (mark, _args, { load }) => (mark.actorId === null ? null : load.person(mark.actorId)),
    }),
    source: t.field({
      type: AttendanceSource,
      description: "Where it comes from.",
      resolve: (mark) => source(mark.source),
    }),
    tutorStatusBefore: t.field({
      type: AttendanceStatus,
      description: "The tutor's status before this decision.",
      resolve: (mark) => status(mark.tutorStatusBefore),
    }),
    tutorStatusAfter: t.field({
      type: AttendanceStatus,
      description: "The tutor's status after this decision.",
      resolve: (mark) => status(mark.tutorStatusAfter),
    }),
    studentStatusBefore: t.field({
      type: AttendanceStatus,
      description: "The student's status before this decision.",
      resolve: (mark) => status(mark.studentStatusBefore),
    }),
    studentStatusAfter: t.field({
      type: AttendanceStatus,
      description: "The student's status after this decision.",
      resolve: (mark) => status(mark.studentStatusAfter),
    }),
    notes: t.exposeString("notes", {
      nullable: true,
      description: "What the actor noted, up to 2,000 characters. Null: nothing, or it was erased.",
    }),
    keptStatusOf: t.field({
      type: ParticipantRole,
      nullable: true,
      description: `Whose status this mark, an accepted suggestion, ${KEPT}`,
      resolve: (mark) => role(mark.keptStatusOf),
    }),
    overrodeOwnSuggestion: t.exposeBoolean("overrodeOwnSuggestion", {
      description: "The actor set their own status to something else than the evidence suggested.",
    }),
  }),
});

export const AttendanceMarkPage = pageType(AttendanceMark);

const MarkAttendanceInput = builder.inputType("MarkAttendanceInput", {
  description: "A decision about attendance: useSuggestion, or one or two statuses.",
  fields: (t) => ({
    sessionId: t.id({ required: true, description: "The session to mark." }),
    useSuggestion: t.boolean({
      description:
        "Accept the suggestion for each participant whose status nobody decided yet; not together with statuses. CONFLICT when both are decided.",
    }),
    replaceDecisions: t.boolean({
      defaultValue: false,
      description: "With useSuggestion: replace what a person decided as well, where the caller may change it.",
    }),
    tutorStatus: t.field({
      type: AttendanceStatus,
      description: "Left out: the tutor's status stays. Tutor or admin only.",
    }),
    studentStatus: t.field({ type: AttendanceStatus, description: "Left out: the student's status stays." }),
    notes: t.string({
      description: "At most 2,000 characters. Left out: your own notes stay, another person's go. Empty: none.",
    }),
    expectedVersion: t.int({ description: "The version last seen: when another mark came first, CONFLICT." }),
  }),
});

builder.mutationField("markAttendance", (t) =>
  t.field({
    type: "Session",
    description:
      "Decides attendance: by accepting the suggestion (NO_SUGGESTION while it is provisional) or by statuses, either or both.",
    args: { input: t.arg({ type: MarkAttendanceInput, required: true, description: "What is decided." }) },
    resolve: (_root, { input }, { viewer, services }) => services.marks.mark(requireViewer(viewer), input),
  }),
);
