import type { ParticipantRole } from "../../src/domain/model.ts";
import type { PresenceState } from "../../src/services/presence/presence-state.ts";

const nobody = (role: ParticipantRole, id: number) => ({
  role,
  user: { id, name: `User ${id}` },
  connectedAt: null,
  disconnectedAt: null,
  lastActivityAt: null,
  totalActiveSeconds: 0,
  openConnections: 0,
  active: false,
});

/** A state of which only the whiteboard, the version and the event matter. */
export function stateNo(version: number, event: PresenceState["event"] = "CONNECTED", whiteboard = 1): PresenceState {
  return {
    whiteboardSessionId: whiteboard,
    version,
    event,
    at: 0,
    connectionId: null,
    tutor: nobody("TUTOR", 1),
    student: nobody("STUDENT", 2),
  };
}
