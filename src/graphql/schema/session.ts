import { mayRun } from "../../domain/access.ts";
import type { SessionStatus as Status } from "../../domain/model.ts";
import { requireViewer } from "../../services/shared/access.ts";
import { Attendance, AttendanceMarkPage } from "./attendance.ts";
import { builder } from "./builder.ts";
import { SessionStatus } from "./enums.ts";
import { pageArguments, pageType } from "./paging.ts";
import { AttendanceSuggestion } from "./suggestion.ts";
import { User } from "./user.ts";
import { MAX_PAGE_SIZE } from "../../services/shared/arguments.ts";

export const Session = builder.objectType("Session", {
  description: "One scheduled lesson of one tutor and one student: the only source of truth for attendance.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "A whole number." }),
    title: t.exposeString("title", { nullable: true, description: "Up to 200 characters. Null: it has none." }),
    status: t.field({
      type: SessionStatus,
      description: "How far it has come.",
      resolve: (s) => s.status.toUpperCase() as Status,
    }),
    scheduledStart: t.expose("scheduledStart", { type: "DateTime", description: "When it is meant to begin." }),
    scheduledEnd: t.expose("scheduledEnd", {
      type: "DateTime",
      description: "When it is meant to end, at most 24 hours later.",
    }),
    timeZone: t.exposeString("timeZone", {
      description: "IANA name; times are UTC everywhere, this is where the lesson is.",
    }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ended. Null: it is not completed.",
    }),
    tutor: t.field({ type: User, description: "The person who teaches.", resolve: (s) => s.tutor }),
    student: t.field({ type: User, description: "The person who is taught.", resolve: (s) => s.student }),
    attendance: t.field({ type: Attendance, description: "What was decided, else the defaults.", resolve: (s) => s }),
    attendanceHistory: t.field({
      type: AttendanceMarkPage,
      description: "The decisions about it, oldest first. Students and parents see their own marks only.",
      args: { first: t.arg(pageArguments.first), after: t.arg(pageArguments.after) },
      resolve: async (s, slice, { viewer, services, load }) =>
        load.history(services.marks.historyRequest(requireViewer(viewer), await load.relation(s), s.id, slice)),
    }),
    attendanceSuggestion: t.field({
      type: AttendanceSuggestion,
      nullable: true,
      description:
        "Null for those who may not have it, for cancelled sessions, and where evidence is missing (see the query attendanceSuggestion).",
      resolve: async (s, _args, { load }) => (mayRun(await load.relation(s)) ? load.suggestion(s.id) : null),
    }),
    whiteboardSession: t.field({
      type: "WhiteboardSession",
      nullable: true,
      description: "Its online whiteboard. Null: none was opened.",
      resolve: (s) => s.whiteboard,
    }),
  }),
});

const SessionPage = pageType(Session);

export const SessionFilter = builder.inputType("SessionFilter", {
  description: "Which sessions: those that fit all that is given.",
  fields: (t) => ({
    from: t.field({ type: "DateTime", description: "Scheduled to start then or later." }),
    to: t.field({ type: "DateTime", description: "Scheduled to start before." }),
    status: t.field({ type: SessionStatus, description: "In this status." }),
    tutorId: t.id({ description: "Of this tutor." }),
    studentId: t.id({ description: "Of this student." }),
    marked: t.boolean({ description: "True: both statuses were decided. False: at least one was not." }),
  }),
});

const ScheduleSessionInput = builder.inputType("ScheduleSessionInput", {
  description: "A session to schedule.",
  fields: (t) => ({
    tutorId: t.id({ required: true, description: "The person who teaches; another one than the student." }),
    studentId: t.id({ required: true, description: "The person who is taught." }),
    scheduledStart: t.field({ type: "DateTime", required: true, description: "In the years 2000 to 2100." }),
    scheduledEnd: t.field({ type: "DateTime", required: true, description: "At most 24 hours after the start." }),
    title: t.string({ description: "At most 200 characters; empty or white space alone is none." }),
    timeZone: t.string({ description: "IANA name, such as Europe/Berlin; UTC unless given." }),
  }),
});

builder.queryFields((t) => ({
  session: t.field({
    type: Session,
    nullable: true,
    description: "Null for one that does not exist, or that the viewer may not know of.",
    args: { id: t.arg.id({ required: true, description: "The session's id." }) },
    resolve: (_root, { id }, { viewer, services }) => services.sessionList.session(requireViewer(viewer), id),
  }),
  sessions: t.field({
    type: SessionPage,
    description: "The viewer's sessions, by scheduled start, then id.",
    args: {
      filter: t.arg({ type: SessionFilter, description: "Which sessions; all of the viewer's unless given." }),
      first: t.arg(pageArguments.first),
      after: t.arg(pageArguments.after),
    },
    resolve: (_root, { filter, ...slice }, { viewer, services }) =>
      services.sessionList.sessions(requireViewer(viewer), filter ?? {}, slice),
  }),
}));

builder.mutationFields((t) => ({
  scheduleSession: t.field({
    type: Session,
    description:
      "Admins and services schedule anything; a tutor for themself, in the future, with a student they were introduced to.",
    args: { input: t.arg({ type: ScheduleSessionInput, required: true, description: "The session to schedule." }) },
    resolve: (_root, { input }, { viewer, services }) => services.sessions.schedule(requireViewer(viewer), input),
  }),
  endSession: t.field({
    type: Session,
    description: "Completes a session; its open connections close. Ending it again returns it unchanged.",
    args: { sessionId: t.arg.id({ required: true, description: "The session's id." }) },
    resolve: (_root, { sessionId }, { viewer, services }) => services.sessions.end(requireViewer(viewer), sessionId),
  }),
  cancelSession: t.field({
    type: Session,
    description: "Cancels a session that is not completed (else CONFLICT); its open connections close.",
    args: { sessionId: t.arg.id({ required: true, description: "The session's id." }) },
    resolve: (_root, { sessionId }, { viewer, services }) => services.sessions.cancel(requireViewer(viewer), sessionId),
  }),
}));

builder.subscriptionField("sessionChanges", (t) =>
  t.field({
    type: [Session],
    description: `The viewer's sessions whenever they change, in one subscription for a live list: scheduled, whiteboard opened,
somebody there, gone or idle (as in presence; heartbeats are no change), status, marks.

An empty list says: from now on nothing is missed, so query \`sessions\` now. It comes first, and again where changes may
have been lost or the viewer became a parent. Every other event holds sessions that have changed since they were told last, each
once and as it is now, at most ${MAX_PAGE_SIZE}, the rest in the next event; events are at least half a second apart.

\`from\`, \`to\`, \`tutorId\` and \`studentId\` select as in \`sessions\`. \`status\` and \`marked\` do not: what a change has taken out of
them is told too, so that a list can drop it, and what it has brought into them can be added. What the viewer may not know of any more
is no longer told.`,
    args: { filter: t.arg({ type: SessionFilter, description: "Which sessions; all of the viewer's unless given." }) },
    // An event that several share goes to admins and services alone, who see the same of every session.
    extensions: { sameForAll: true, most: MAX_PAGE_SIZE },
    subscribe: (_root, { filter }, { viewer, services }) =>
      services.sessionFeed.follow(requireViewer(viewer), filter ?? {}),
    resolve: ({ sessions }) => sessions,
  }),
);
