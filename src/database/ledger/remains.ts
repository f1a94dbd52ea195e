import type { Millis } from "../../domain/model.ts";
import type { ParticipantSummary } from "../../domain/presence.ts";
import type { Board } from "../../services/records.ts";
import { ms } from "../sql.ts";

type RemainsTuple = [
  connectedAt: Millis | null,
  disconnectedAt: Millis | null,
  lastActivityAt: Millis | null,
  totalActiveSeconds: number,
];

const TUPLE = (role: "tutor" | "student") => `json_build_array(${ms(`w.${role}_connected_at`)},
  ${ms(`w.${role}_disconnected_at`)}, ${ms(`w.${role}_last_activity_at`)}, w.${role}_total_active_seconds)`;

/** What is left of `whiteboard_sessions w` after retention, as {@link RemainsColumn}. */
export const REMAINS_COLUMN = `
case when w.evidence_removed_at is not null
  then json_build_object('tutor', ${TUPLE("tutor")}, 'student', ${TUPLE("student")}) end as remains`;

export interface RemainsColumn {
  remains: { readonly tutor: RemainsTuple; readonly student: RemainsTuple } | null;
}

export function toRemains({ remains }: RemainsColumn): Board["remains"] {
  return remains && { TUTOR: toSummary(remains.tutor), STUDENT: toSummary(remains.student) };
}

/** Only a session that is over loses its evidence: nobody is connected. */
function toSummary(tuple: RemainsTuple): ParticipantSummary {
  const [connectedAt, disconnectedAt, lastActivityAt, totalActiveSeconds] = tuple;
  return { connectedAt, disconnectedAt, lastActivityAt, totalActiveSeconds, openConnections: 0, active: false };
}
