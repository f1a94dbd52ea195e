import { mayRun } from "../domain/access.ts";
import type { SessionStatus as Status } from "../domain/model.ts";
import { requireViewer } from "../services/access.ts";
import { Attendance, AttendanceMarkPage } from "./attendance.ts";
import { builder } from "./builder.ts";
import { SessionStatus } from "./enums.ts";
import { pageArguments, pageType } from "./paging.ts";
import { AttendanceSuggestion } from "./suggestion.ts";
import { User } from "./user.ts";

export const Session = builder.objectType("Session", {
  description: "One scheduled lesson of one tutor and one student: the only source of truth for attendance.",
  fields: (t) => ({
    id: t.exposeID("id"),
    title: t.exposeString("title", { nullable: true }),
    status: t.field({ type: SessionStatus, resolve: (s) => s.status.toUpperCase() as Status }),
    scheduledStart: t.expose("scheduledStart", { type: "DateTime" }),
    scheduledEnd: t.expose("scheduledEnd", { type: "DateTime" }),
    timeZone: t.exposeString("timeZone", {
      description: "IANA name; times are UTC everywhere, this is where the lesson is.",
    }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
    tutor: t.field({ type: User, resolve: (s) => s.tutor }),
    student: t.field({ type: User, resolve: (s) => s.student }),
    attendance: t.field({ type: Attendance, resolve: (s) => s }),
    attendanceHistory: t.field({
      type: AttendanceMarkPage,
      description: "Oldest first. Students and parents see their own marks only.",
      args: { first: t.arg(pageArguments.first), after: t.arg(pageArguments.after) },
      resolve: async (s, slice, { viewer, services, load }) =>
        load.history(services.marking.historyRequest(requireViewer(viewer), await load.standing(s), s.id, slice)),
    }),
    attendanceSuggestion: t.field({
      type: AttendanceSuggestion,
      nullable: true,
      description:
        "Null for those who may not have it, for cancelled sessions, and where evidence is missing (see the query attendanceSuggestion).",
      resolve: async (s, _args, { load }) => (mayRun(await load.standing(s)) ? load.suggestion(s.id) : null),
    }),
    whiteboardSession: t.field({ type: "WhiteboardSession", nullable: true, resolve: (s) => s.room }),
  }),
});

const SessionPage = pageType(Session);

export const SessionFilter = builder.inputType("SessionFilter", {
  fields: (t) => ({
    from: t.field({ type: "DateTime", description: "Scheduled to start then or later." }),
    to: t.field({ type: "DateTime", description: "Scheduled to start before." }),
    status: t.field({ type: SessionStatus }),
    tutorId: t.id(),
    studentId: t.id(),
    marked: t.boolean({ description: "Both statuses were decided." }),
  }),
});

const ScheduleSessionInput = builder.inputType("ScheduleSessionInput", {
  fields: (t) => ({
    tutorId: t.id({ required: true }),
    studentId: t.id({ required: true }),
    scheduledStart: t.field({ type: "DateTime", required: true }),
    scheduledEnd: t.field({ type: "DateTime", required: true, description: "At most 24 hours after the start." }),
    title: t.string({ description: "At most 200 characters." }),
    timeZone: t.string({ description: "IANA name; UTC unless told." }),
  }),
});

builder.queryFields((t) => ({
  session: t.field({
    type: Session,
    nullable: true,
    description: "Null for one that does not exist, or that the viewer may not know of.",
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { viewer, services }) => services.listing.session(requireViewer(viewer), id),
  }),
  sessions: t.field({
    type: SessionPage,
    description: "The viewer's sessions, by scheduled start, then id.",
    args: {
      filter: t.arg({ type: SessionFilter }),
      first: t.arg(pageArguments.first),
      after: t.arg(pageArguments.after),
    },
    resolve: (_root, { filter, ...slice }, { viewer, services }) =>
      services.listing.sessions(requireViewer(viewer), filter ?? {}, slice),
  }),
}));

builder.mutationFields((t) => ({
  scheduleSession: t.field({
    type: Session,
    description:
      "Admins and services schedule anything; a tutor for themself, in the future, with a student they were introduced to.",
    args: { input: t.arg({ type: ScheduleSessionInput, required: true }) },
    resolve: (_root, { input }, { viewer, services }) => services.sessions.schedule(requireViewer(viewer), input),
  }),
  endSession: t.field({
    type: Session,
    description: "Completes a session; its open connections close. Ending it again returns it unchanged.",
    args: { sessionId: t.arg.id({ required: true }) },
    resolve: (_root, { sessionId }, { viewer, services }) => services.sessions.end(requireViewer(viewer), sessionId),
  }),
  cancelSession: t.field({
    type: Session,
    description: "Cancels a session that is not completed (else CONFLICT); its open connections close.",
    args: { sessionId: t.arg.id({ required: true }) },
    resolve: (_root, { sessionId }, { viewer, services }) => services.sessions.cancel(requireViewer(viewer), sessionId),
  }),
}));
