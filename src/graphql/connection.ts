import { RollcallError } from "../domain/errors.ts";
import { activeTime } from "../domain/activity.ts";
import type { Span } from "../domain/model.ts";
import { requireViewer } from "../services/access.ts";
import type { ConnectionView } from "../services/connections.ts";
import { builder } from "./builder.ts";
import { Activity, ConnectionEventKind, EndReason, EvidenceKind, ParticipantRole } from "./enums.ts";
import { Presence } from "./presence.ts";

const Connection = builder.objectRef<ConnectionView>("Connection").implement({
  description: "One live client of one participant.",
  fields: (t) => ({
    id: t.exposeID("id"),
    role: t.field({ type: ParticipantRole, resolve: (c) => c.role }),
    open: t.exposeBoolean("open"),
    lastActivityAt: t.expose("lastActivityAt", { type: "DateTime", description: "The last proof of life, committed." }),
    heartbeatSeconds: t.int({
      description: "Send a heartbeat this often.",
      resolve: (_c, _args, { services }) => services.heartbeatSeconds,
    }),
    presence: t.field({
      type: Presence,
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
    connectionId: t.exposeID("connectionId"),
    role: t.field({ type: ParticipantRole, resolve: (span) => span.role }),
    active: t.exposeBoolean("active", { description: "At its end; while it runs, now." }),
    activeSeconds: t.int({
      description: "Active time in it, in whole seconds, up to its end or now.",
      resolve: (span, _args, { arrivedAt }) => Math.floor(activeTime(span, arrivedAt) / 1000),
    }),
    startedAt: t.expose("startedAt", { type: "DateTime" }),
    lastSeenAt: t.expose("lastSeenAt", { type: "DateTime", description: "The last proof of life in it." }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true, description: "Null while it runs." }),
    endReason: t.field({ type: EndReason, nullable: true, resolve: (span) => span.endReason }),
  }),
});

const ConnectInput = builder.inputType("ConnectInput", {
  fields: (t) => ({
    whiteboardSessionId: t.id({ required: true }),
    connectionId: t.id({ description: "A UUID of the caller's choice makes a retry safe." }),
    userId: t.id({ description: "Role service only: the participant on whose behalf." }),
  }),
});

const ConnectionEventInput = builder.inputType("ConnectionEventInput", {
  fields: (t) => ({
    connectionId: t.id({ required: true, description: "A UUID; one that a live connection has is CONFLICT." }),
    userId: t.id({ required: true, description: "The tutor or the student." }),
    kind: t.field({ type: ConnectionEventKind, required: true }),
    activity: t.field({ type: Activity }),
    at: t.field({ type: "DateTime", required: true, description: "When it happened; at most 2 s in the future." }),
  }),
});

builder.mutationFields((t) => ({
  connect: t.field({
    type: Connection,
    description:
      "Opens a connection of the caller. Over a WebSocket it lives as long as the socket. Errors: SESSION_ENDED, CONNECTION_EXPIRED, CONFLICT, RATE_LIMITED.",
    args: { input: t.arg({ type: ConnectInput, required: true }) },
    resolve: (_root, { input }, { viewer, services, socketId }) =>
      services.connect(requireViewer(viewer), input, socketId),
  }),
  heartbeat: t.field({
    type: Connection,
    description:
      "Proves that a connection lives. Acknowledged after commit. CONNECTION_EXPIRED: connect anew. UNAVAILABLE: not recorded, send it again.",
    args: {
      connectionId: t.arg.id({ required: true }),
      activity: t.arg({ type: Activity, defaultValue: "HEARTBEAT" }),
    },
    resolve: (_root, { connectionId, activity }, { viewer, services, arrivedAt }) =>
      services.connections.heartbeat(requireViewer(viewer), connectionId, activity ?? "HEARTBEAT", arrivedAt),
  }),
  disconnect: t.field({
    type: Connection,
    description: "Closes a connection. Closing a closed one succeeds and changes nothing.",
    args: { connectionId: t.arg.id({ required: true }) },
    resolve: (_root, { connectionId }, { viewer, services, socketId }) =>
      services.disconnect(requireViewer(viewer), connectionId, socketId),
  }),
  recordConnectionEvents: t.field({
    type: Presence,
    description:
      "Service or admin: what happened to connections elsewhere, at most 500 events, all of them or nothing. Order and repetition do not matter.",
    args: {
      whiteboardSessionId: t.arg.id({ required: true }),
      events: t.arg({ type: [ConnectionEventInput], required: true }),
      evidence: t.arg({ type: EvidenceKind, defaultValue: "LEASED" }),
    },
    resolve: (_root, { whiteboardSessionId, events, evidence }, { viewer, services }) =>
      services.reporting.record(requireViewer(viewer), whiteboardSessionId, events, evidence ?? "LEASED"),
  }),
}));
