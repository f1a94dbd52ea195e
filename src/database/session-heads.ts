import type { Millis } from "../domain/model.ts";
import type { SessionHead } from "../services/session-store.ts";
import { ms, type Queryable, time } from "./sql.ts";

type Tuple = [
  id: number,
  tutorId: number,
  studentId: number,
  scheduledStart: Millis,
  createdAt: Millis,
  version: number,
];

// Each part only grows, and every change lets one grow. As one text, as pages are: there are thousands in a day.
const HEADS = (condition: string) => `
select coalesce(json_agg(json_build_array(s.id, s.tutor_id, s.student_id, ${ms("s.scheduled_start")},
  ${ms("s.created_at")}, s.attendance_version + coalesce(w.presence_version + 1, 0)
    + case s.status when 'scheduled' then 0 when 'in_progress' then 1 else 2 end)), '[]')::text as heads
from sessions s
left join whiteboard_sessions w on w.session_id = s.id
where ${condition}`;
const BY_ID = HEADS("s.id = any($1::int[])");
const BETWEEN = HEADS(`s.scheduled_start >= ${time("$1")} and s.scheduled_start < ${time("$2")}`);

export function readHeads(db: Queryable, ids: readonly number[]): Promise<SessionHead[]> {
  return read(db, BY_ID, ids);
}

export function readHeadsBetween(db: Queryable, from: Millis, to: Millis): Promise<SessionHead[]> {
  return read(db, BETWEEN, from, to);
}

async function read(db: Queryable, sql: string, ...values: readonly unknown[]): Promise<SessionHead[]> {
  const [row] = await db.$queryRawUnsafe<[{ heads: string }]>(sql, ...values);
  return (JSON.parse(row.heads) as Tuple[]).map(([id, tutorId, studentId, scheduledStart, createdAt, version]) => ({
    id,
    tutorId,
    studentId,
    scheduledStart,
    createdAt,
    version,
  }));
}
