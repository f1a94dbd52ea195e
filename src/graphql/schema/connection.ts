import { RollcallError } from "../../domain/errors.ts";
import { activeTime } from "../../domain/presence/activity.ts";
import type { Span } from "../../domain/model.ts";
import { requireViewer } from "../../services/shared/access.ts";
import type { ConnectionView } from "../../services/presence/connections.ts";
import { builder } from "./builder.ts";
import { Activity, ConnectionEventKind, EndReason, EvidenceKind, ParticipantRole } from "./enums.ts";
import { Presence } from "./presence.ts";

const Connection = builder.objectRef<ConnectionView>("Connection").implement({
  description: "One live client of one participant.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "A UUID." }),
    role: t.field({ type: ParticipantRole, description: "Whose connection it is.", resolve: (c) => c.role }),
    open: t.exposeBoolean("open", { description: "It has not ended." }),
    lastActivityAt: t.expose("lastActivityAt", { type: "DateTime", description: "The last proof of life, committed." }),
    heartbeatSeconds: t.int({
      description: "Send a heartbeat every so many seconds.",
      resolve: (_c, _args, { services }) => services.heartbeatSeconds,
    }),
    presence: t.field({
      type: Presence,
      description: "Who is connected to the whiteboard now.",
      resolve: async (c, _args, { load }) => {
        const state = await load.presence(c.whiteboardSessionId);
        if (state === null) throw new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
        return state;
      },
    }),
  }),
});

export const ConnectionSpan = builder.objectRef<Span>("ConnectionSpan").implement({
  description:
    "One unbroken stretch of one connection in one state. After ten of them, changes of activity within a minute of its start stay inside.",
  fields: (t) => ({
    connectionId: t.exposeID("connectionId", { description: "The UUID of its connection." }),
    role: t.field({ type: ParticipantRole, description: "Whose span it is.", resolve: (span) => span.role }),
    active: t.exposeBoolean("active", {
      description: "Active, else idle, at its end; while it runs, now. Idle time does not count.",
    }),
    activeSeconds: t.int({
      description: "Active time in it, in whole seconds, up to its end or now.",
      resolve: (span, _args, { arrivedAt }) => Math.floor(activeTime(span, arrivedAt) / 1000),
    }),
    startedAt: t.expose("startedAt", { type: "DateTime", description: "When it began." }),
    lastSeenAt: t.expose("lastSeenAt", { type: "DateTime", description: "The last proof of life in it." }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it ended. Null while it runs.",
    }),
    endReason: t.field({
      type: EndReason,
      nullable: true,
      description: "Why it ended. Null while it runs.",
      resolve: (span) => span.endReason,
    }),
  }),
});

const ConnectInput = builder.inputType("ConnectInput", {
  description: "Which connection to open.",
  fields: (t) => ({
    whiteboardSessionId: t.id({ required: true, description: "The whiteboard session." }),
    connectionId: t.id({ description: "A UUID of the caller's choice makes a retry safe." }),
    userId: t.id({ description: "Role service only: the participant on whose behalf." }),
  }),
});

const ConnectionEventInput = builder.inputType("ConnectionEventInput", {
  description: "One event of one connection, as a back end saw it.",
  fields: (t) => ({
    connectionId: t.id({ required: true, description: "A UUID; one that a live connection has is CONFLICT." }),
    userId: t.id({ required: true, description: "The tutor or the student." }),
    kind: t.field({ type: ConnectionEventKind, required: true, description: "What happened." }),
    activity: t.field({
      type: Activity,
      description: "From this event on; HEARTBEAT unless given. Ignored for DISCONNECT.",
    }),
    at: t.field({ type: "DateTime", required: true, description: "When it happened; at most 2 s in the future." }),
  }),
});

builder.mutationFields((t) => ({
  connect: t.field({
    type: Connection,
    description:
      "Opens a connection of the caller. Over a WebSocket it lives as long as the socket. Errors: SESSION_ENDED, CONNECTION_EXPIRED, CONFLICT, RATE_LIMITED.",
    args: { input: t.arg({ type: ConnectInput, required: true, description: "Which connection to open." }) },
    resolve: (_root, { input }, { viewer, services, socketId }) =>
      services.connect(requireViewer(viewer), input, socketId),
  }),
  heartbeat: t.field({
    type: Connection,
    description:
      "Proves that a connection lives. Acknowledged after commit. CONNECTION_EXPIRED: connect anew. UNAVAILABLE: not recorded, send it again.",
    args: {
      connectionId: t.arg.id({ required: true, description: "A connection of the caller; services may name any." }),
      activity: t.arg({ type: Activity, defaultValue: "HEARTBEAT", description: "From this heartbeat on." }),
    },
    resolve: (_root, { connectionId, activity }, { viewer, services, arrivedAt }) =>
      services.connections.heartbeat(requireViewer(viewer), connectionId, activity ?? "HEARTBEAT", arrivedAt),
  }),
  disconnect: t.field({
    type: Connection,
    description: "Closes a connection. Closing a closed one succeeds and changes nothing.",
    args: {
      connectionId: t.arg.id({ required: true, description: "A connection of the caller; services may name any." }),
    },
    resolve: (_root, { connectionId }, { viewer, services, socketId, arrivedAt }) =>
      services.disconnect(requireViewer(viewer), connectionId, { socketId, arrivedAt }),
  }),
  recordConnectionEvents: t.field({
    type: Presence,
    description:
      "Service or admin: what happened to connections elsewhere, at most 500 events, all of them or nothing. Order and repetition do not matter.",
    args: {
      whiteboardSessionId: t.arg.id({
        required: true,
        description: "The whiteboard session that the connections belong to.",
      }),
      events: t.arg({ type: [ConnectionEventInput], required: true, description: "0 to 500 events." }),
      evidence: t.arg({
        type: EvidenceKind,
        defaultValue: "LEASED",
        description: "What the silence of these connections means. One connection keeps one kind.",
      }),
    },
    resolve: (_root, { whiteboardSessionId, events, evidence }, { viewer, services }) =>
      services.reports.record(requireViewer(viewer), whiteboardSessionId, events, evidence ?? "LEASED"),
  }),
}));
