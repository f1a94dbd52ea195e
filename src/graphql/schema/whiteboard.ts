import { RollcallError } from "../../domain/errors.ts";
import { requireViewer } from "../../services/shared/access.ts";
import { builder } from "./builder.ts";
import { ConnectionSpan } from "./connection.ts";
import { Presence } from "./presence.ts";

const WhiteboardSession = builder.objectType("WhiteboardSession", {
  description: "The online whiteboard of a session. It holds evidence, never a decision.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "A whole number." }),
    session: t.field({
      type: "Session",
      description: "The session that it belongs to.",
      resolve: (whiteboard, _args, { load }) => load.session(whiteboard.sessionId),
    }),
    openedAt: t.expose("openedAt", { type: "DateTime", description: "When it was opened." }),
    closedAt: t.expose("closedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was closed with its session. Null while it is open.",
    }),
    evidenceRemovedAt: t.expose("evidenceRemovedAt", {
      type: "DateTime",
      nullable: true,
      description:
        "When retention removed the spans; presence stays, suggestions end. Null while the evidence is kept.",
    }),
    trackedFrom: t.expose("trackedFrom", {
      type: "DateTime",
      nullable: true,
      description:
        "Connections before this time were not recorded: the whiteboard was opened before connections were tracked. Null: none are missing.",
    }),
    presence: t.field({
      type: Presence,
      description: "Who is there now.",
      resolve: async (whiteboard, _args, { load }) => {
        const state = await load.presence(whiteboard.id);
        if (state === null) throw new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
        return state;
      },
    }),
    spans: t.field({
      type: [ConnectionSpan],
      description:
        "When each connection was there, by connection, in order. Students see their own, parents their child's.",
      resolve: async (whiteboard, _args, { load }) =>
        load.spans({ whiteboardSessionId: whiteboard.id, who: await load.relation(whiteboard) }),
    }),
  }),
});

builder.queryField("whiteboardSession", (t) =>
  t.field({
    type: WhiteboardSession,
    nullable: true,
    description: "Null for one that does not exist, or that the viewer may not know of.",
    args: { id: t.arg.id({ required: true, description: "The whiteboard session's id." }) },
    resolve: (_root, { id }, { viewer, services }) => services.sessionList.whiteboard(requireViewer(viewer), id),
  }),
);

builder.mutationField("openWhiteboard", (t) =>
  t.field({
    type: WhiteboardSession,
    description: "Opens the online whiteboard. Records no attendance. Returns the open one if there is one.",
    args: { sessionId: t.arg.id({ required: true, description: "The session's id." }) },
    resolve: (_root, { sessionId }, { viewer, services }) =>
      services.sessions.openWhiteboard(requireViewer(viewer), sessionId),
  }),
);
