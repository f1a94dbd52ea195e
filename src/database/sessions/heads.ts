import type { Millis, SessionFacts, SessionStatus } from "../../domain/model.ts";
import type { SessionHead, Versions } from "../../services/sessions/session-store.ts";
import { ms, type Queryable, time } from "../sql.ts";
import type { Session } from "../../generated/prisma/client.ts";

// Each part only grows, and every change lets one grow. Joined, the planner was seen to read all whiteboard sessions of
// a year for those of two days.
const VERSION = `
  s.attendance_version
  + coalesce((select w.presence_version + 1 from whiteboard_sessions w where w.session_id = s.id), 0)
  + case s.status when 'scheduled' then 0 when 'in_progress' then 1 else 2 end`;

const HEADS = `
select s.id, s.tutor_id as "tutorId", s.student_id as "studentId", ${ms("s.scheduled_start")} as "scheduledStart",
  (${VERSION})::int as version
from sessions s
where s.id = any($1::int[])`;

export function readHeads(db: Queryable, ids: readonly number[]): Promise<SessionHead[]> {
  return db.$queryRawUnsafe<SessionHead[]>(HEADS, ids);
}

// As one text: there are thousands in a day.
const VERSIONS = `
select json_build_object(
  'newest', (select coalesce(max(id), 0) from sessions),
  'ids', coalesce(json_agg(s.id), '[]'),
  'versions', coalesce(json_agg(${VERSION}), '[]'))::text as heads
from sessions s
where s.scheduled_start >= ${time("$1")} and s.scheduled_start < ${time("$2")}`;

export async function readVersions(db: Queryable, from: Millis, to: Millis): Promise<Versions> {
  const [row] = await db.$queryRawUnsafe<[{ heads: string }]>(VERSIONS, from, to);
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
