import type { Lease } from "../../domain/presence/lease.ts";
import type { Millis, ParticipantRole, PresenceEvent } from "../../domain/model.ts";
import { type ParticipantSummary, summarise } from "../../domain/presence/presence.ts";
import type { Whiteboard, Person } from "../shared/records.ts";

/** Presence of one whiteboard session at one moment: whole in itself, so that a reader needs only the newest. */
export interface PresenceState {
  readonly whiteboardSessionId: number;
  /** Grows with every change. */
  readonly version: number;
  readonly event: PresenceEvent;
  /** When it was read, or right after it was committed. */
  readonly at: Millis;
  /** In attend: the reader's own connection. */
  readonly connectionId: string | null;
  readonly tutor: ParticipantPresence;
  readonly student: ParticipantPresence;
}

export interface ParticipantPresence extends ParticipantSummary {
  readonly role: ParticipantRole;
  readonly user: Person;
}

export function presenceState(whiteboard: Whiteboard, event: PresenceEvent, now: Millis, lease: Lease): PresenceState {
  const of = (role: ParticipantRole, user: Person) => {
    const summary =
      whiteboard.remains?.[role] ?? summarise(whiteboard.spans, role, now, lease, whiteboard.carried?.[role]);
    return { role, user, ...summary };
  };
  return {
    whiteboardSessionId: whiteboard.id,
    version: whiteboard.version,
    event,
    at: now,
    connectionId: null,
    tutor: of("TUTOR", whiteboard.tutor),
    student: of("STUDENT", whiteboard.student),
  };
}
