import { requireViewer } from "../../services/shared/access.ts";
import type { ParticipantPresence as ParticipantState, PresenceState } from "../../services/presence/presence-state.ts";
import { builder } from "./builder.ts";
import { ParticipantRole, PresenceEvent } from "./enums.ts";
import { User } from "./user.ts";

const ParticipantPresence = builder.objectRef<ParticipantState>("ParticipantPresence").implement({
  description: "Presence of one of the two. Connected while at least one of their connections is open.",
  fields: (t) => ({
    role: t.field({ type: ParticipantRole, description: "Which of the two.", resolve: (p) => p.role }),
    user: t.field({ type: User, description: "The person.", resolve: (p) => p.user }),
    connected: t.boolean({
      description: "At least one connection is open.",
      resolve: (p) => p.openConnections > 0,
    }),
    active: t.exposeBoolean("active", { description: "Connected, and not idle." }),
    connectedAt: t.expose("connectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the first connection ever opened. Null: never.",
    }),
    disconnectedAt: t.expose("disconnectedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the last connection closed. Null while one is open, and when there was none.",
    }),
    lastActivityAt: t.expose("lastActivityAt", {
      type: "DateTime",
      nullable: true,
      description: "The last proof of life. Null: never connected.",
    }),
    totalActiveSeconds: t.exposeInt("totalActiveSeconds", {
      description: "Union of the active time of all connections, up to the last proof of life, in whole seconds.",
    }),
    openConnections: t.exposeInt("openConnections", { description: "How many connections are open, 0 to 20." }),
  }),
});

export const Presence = builder.objectRef<PresenceState>("Presence").implement({
  description: "Who is there, whole in itself: of two, the one with the higher version is the newer.",
  fields: (t) => ({
    whiteboardSessionId: t.exposeID("whiteboardSessionId", { description: "The whiteboard session." }),
    version: t.exposeInt("version", { description: "Grows with every change; a lower one is older." }),
    event: t.field({
      type: PresenceEvent,
      description: "What changed last, for this reader.",
      resolve: (p) => p.event,
    }),
    connectionId: t.exposeID("connectionId", {
      nullable: true,
      description: "In attend: the reader's own connection, for heartbeat(activity: IDLE). Null elsewhere.",
    }),
    tutor: t.field({ type: ParticipantPresence, description: "The tutor's presence.", resolve: (p) => p.tutor }),
    student: t.field({ type: ParticipantPresence, description: "The student's presence.", resolve: (p) => p.student }),
  }),
});

builder.queryField("connectionStatus", (t) =>
  t.field({
    type: Presence,
    description: "Live connection status, without a subscription.",
    args: { whiteboardSessionId: t.arg.id({ required: true, description: "The whiteboard session." }) },
    resolve: (_root, { whiteboardSessionId }, { viewer, services }) =>
      services.presence.status(requireViewer(viewer), whiteboardSessionId),
  }),
);

builder.subscriptionFields((t) => ({
  presence: t.field({
    type: Presence,
    description: "The state now (event SNAPSHOT), then every change. A slow reader gets the newest state.",
    args: { whiteboardSessionId: t.arg.id({ required: true, description: "The whiteboard session." }) },
    // Whoever may follow it may see all of it: no field below asks who is looking.
    extensions: { sameForAll: true },
    subscribe: (_root, { whiteboardSessionId }, { viewer, services }) =>
      services.presence.watch(requireViewer(viewer), whiteboardSessionId),
    resolve: (state) => state,
  }),
  attend: t.field({
    type: Presence,
    description:
      "Presence by being here: connected for as long as this subscription runs, over WebSocket only. Yields what presence yields.",
    args: {
      whiteboardSessionId: t.arg.id({ required: true, description: "The whiteboard session to attend." }),
      connectionId: t.arg.id({ description: "A UUID of the caller's choice; a new one unless given." }),
    },
    subscribe: (_root, args, { viewer, services, socketId }) =>
      services.attendService.attend(requireViewer(viewer), args, socketId),
    resolve: (state) => state,
  }),
}));
