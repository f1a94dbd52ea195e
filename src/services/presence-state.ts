import type { Lease } from "../domain/lease.ts";
import type { Millis, ParticipantRole, PresenceEvent } from "../domain/model.ts";
import { type ParticipantSummary, summarise } from "../domain/presence.ts";
import type { Board, Person } from "./records.ts";

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

export function presenceState(board: Board, event: PresenceEvent, now: Millis, lease: Lease): PresenceState {
  const of = (role: ParticipantRole, user: Person) => {
    const summary = board.remains?.[role] ?? summarise(board.spans, role, now, lease, board.carried?.[role]);
    return { role, user, ...summary };
  };
  return {
    whiteboardSessionId: board.id,
    version: board.version,
    event,
    at: now,
    connectionId: null,
    tutor: of("TUTOR", board.tutor),
    student: of("STUDENT", board.student),
  };
}
