import type { Millis, SessionFacts, SessionStatus } from "../../domain/model.ts";
import type { SessionHead, Versions } from "../../services/sessions/session-store.ts";
import { instant, ms, type Queryable } from "../sql.ts";
import { Prisma, type Session } from "../../generated/prisma/client.ts";

// Each part only grows, and every change lets one grow. Joined, the planner was seen to read all whiteboard sessions of
// a year for those of two days.
const VERSION = Prisma.sql`
  s.attendance_version
  + coalesce((select w.presence_version + 1 from whiteboard_sessions w where w.session_id = s.id), 0)
  + case s.status when 'scheduled' then 0 when 'in_progress' then 1 else 2 end`;

const START = Prisma.raw(ms("s.scheduled_start"));

// SQL: a version that is worked out of two tables.
export function readHeads(db: Queryable, ids: readonly number[]): Promise<SessionHead[]> {
  return db.$queryRaw<SessionHead[]>`
    select s.id, s.tutor_id as "tutorId", s.student_id as "studentId", ${START} as "scheduledStart",
      (${VERSION})::int as version
    from sessions s
    where s.id = any(${[...ids]}::int[])`;
}

// SQL: the same for all sessions of some days, as one text: there are thousands in a day.
export async function readVersions(db: Queryable, from: Millis, to: Millis): Promise<Versions> {
  const [row] = await db.$queryRaw<[{ heads: string }]>`
    select json_build_object(
      'newest', (select coalesce(max(id), 0) from sessions),
      'ids', coalesce(json_agg(s.id), '[]'),
      'versions', coalesce(json_agg(${VERSION}), '[]'))::text as heads
    from sessions s
    where s.scheduled_start >= ${instant(from)} and s.scheduled_start < ${instant(to)}`;
  const { newest, ids, versions } = JSON.parse(row.heads) as { newest: number; ids: number[]; versions: number[] };
  return { newest, byId: new Map(ids.map((id, i) => [id, versions[i] ?? 0])) };
}

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
