import { requireViewer } from "../services/access.ts";
import { LARGEST_PAGE } from "../services/paging.ts";
import { builder } from "./builder.ts";
import { Session, SessionFilter } from "./session.ts";

builder.subscriptionField("sessionChanges", (t) =>
  t.field({
    type: [Session],
    description: `The viewer's sessions whenever they change, in one subscription for a live list: scheduled, whiteboard opened,
somebody there, gone or idle (as in presence; heartbeats are no change), status, marks.

An empty list says: from now on nothing is missed, so query \`sessions\` now. It comes first, and again where changes may
have been lost or the viewer became a parent. Every other event holds sessions that have changed since they were told last, each
once and as it is now, at most ${LARGEST_PAGE}, the rest in the next event; events are at least half a second apart.

\`from\`, \`to\`, \`tutorId\` and \`studentId\` select as in \`sessions\`. \`status\` and \`marked\` do not: what a change has taken out of
them is told too, so that a list can drop it, and what it has brought into them can be added. What the viewer may not know of any more
is no longer told.`,
    args: { filter: t.arg({ type: SessionFilter, description: "Which sessions; all of the viewer's unless given." }) },
    // An event that several share goes to admins and services alone, who see the same of every session.
    extensions: { sameForAll: true, most: LARGEST_PAGE },
    subscribe: (_root, { filter }, { viewer, services }) =>
      services.changes.follow(requireViewer(viewer), filter ?? {}),
    resolve: ({ sessions }) => sessions,
  }),
);
