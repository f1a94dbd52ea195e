import type { SessionFacts, SessionStatus } from "../domain/model.ts";
import type { Session } from "../generated/prisma/client.ts";

/** A row of `sessions` as the domain knows it. */
export function sessionFacts(row: Session): SessionFacts {
  return {
    id: row.id,
    tutorId: row.tutorId,
    studentId: row.studentId,
    status: row.status.toUpperCase() as SessionStatus,
    scheduledStart: row.scheduledStart.getTime(),
    scheduledEnd: row.scheduledEnd.getTime(),
    createdAt: row.createdAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
    endedOnRequest: row.endedBy !== null,
  };
}
