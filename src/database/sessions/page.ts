import type { WhiteboardRow, ShownSession } from "../../services/sessions/session-store.ts";
import { ms, type Queryable } from "../sql.ts";

type Tuple = [
  id: number,
  tutorId: number,
  studentId: number,
  title: string | null,
  scheduledStart: number,
  scheduledEnd: number,
  timeZone: string,
  status: string,
  endedAt: number | null,
  endedBy: number | null,
  scheduledBy: number | null,
  introduced: boolean,
  createdAt: number,
  tutorStatus: string,
  studentStatus: string,
  tutorAuthority: string | null,
  studentAuthority: string | null,
  markedBy: number | null,
  markedAt: number | null,
  source: string,
  notes: string | null,
  attendanceVersion: number,
  tutorName: string,
  studentName: string,
  keptStatusOf: string | null,
  whiteboard:
    | [
        id: number,
        openedAt: number,
        closedAt: number | null,
        evidenceRemovedAt: number | null,
        trackedFrom: number | null,
      ]
    | null,
];

// One text instead of 51 rows of 27 columns, each of which driver, adapter and client would convert: a page took 4.7 ms
// of the process's CPU that way. Names and whiteboards are looked up row by row: joined, the planner was seen to read all users.
const PAGE = (sessions: string) => `
select coalesce(json_agg(json_build_array(s.id, s.tutor_id, s.student_id, s.title, ${ms("s.scheduled_start")},
  ${ms("s.scheduled_end")}, s.time_zone, s.status, ${ms("s.ended_at")}, s.ended_by, s.scheduled_by, s.introduced,
  ${ms("s.created_at")}, s.tutor_attendance_status, s.student_attendance_status, s.tutor_authority, s.student_authority,
  s.attendance_marked_by, ${ms("s.attendance_marked_at")}, s.attendance_source, s.attendance_notes,
  s.attendance_version, (select name from users where id = s.tutor_id), (select name from users where id = s.student_id),
  s.attendance_kept,
  (select json_build_array(w.id, ${ms("w.opened_at")}, ${ms("w.closed_at")}, ${ms("w.evidence_removed_at")},
      ${ms("w.tracked_from")})
    from whiteboard_sessions w where w.session_id = s.id)) order by s.scheduled_start, s.id), '[]')::text as page
from (${sessions}) as s`;

/** @param sessions SQL for the rows of `sessions` that the page has. */
export async function readPage(
  db: Queryable,
  sessions: { readonly sql: string; readonly values: readonly unknown[] },
): Promise<ShownSession[]> {
  const [row] = await db.$queryRawUnsafe<[{ page: string }]>(PAGE(sessions.sql), ...sessions.values);
  return (JSON.parse(row.page) as Tuple[]).map(toSession);
}

/** Sessions by their ids, in the order of lists. */
export function readSessions(db: Queryable, ids: readonly number[]): Promise<ShownSession[]> {
  return readPage(db, { sql: "select s.* from sessions s where s.id = any($1::int[])", values: [ids] });
}

export async function readWhiteboard(db: Queryable, id: number): Promise<WhiteboardRow | null> {
  const sql = "select s.* from sessions s where s.id = (select session_id from whiteboard_sessions where id = $1::int)";
  const [session] = await readPage(db, { sql, values: [id] });
  return session?.whiteboard ?? null;
}

const date = (at: number | null) => (at === null ? null : new Date(at));

function toSession(tuple: Tuple): ShownSession {
  const [id, tutorId, studentId, title, start, end, timeZone, status, endedAt, endedBy, scheduledBy, ...rest] = tuple;
  const [introduced, createdAt, tutorStatus, studentStatus, tutorAuthority, studentAuthority, ...decided] = rest;
  const [markedBy, markedAt, source, notes, attendanceVersion, tutorName, studentName, keptStatusOf, whiteboard] =
    decided;
  return {
    id,
    tutorId,
    studentId,
    title,
    scheduledStart: new Date(start),
    scheduledEnd: new Date(end),
    timeZone,
    status,
    endedAt: date(endedAt),
    endedBy,
    scheduledBy,
    introduced,
    createdAt: new Date(createdAt),
    tutorStatus,
    studentStatus,
    tutorAuthority,
    studentAuthority,
    markedBy,
    markedAt: date(markedAt),
    source,
    notes,
    attendanceVersion,
    keptStatusOf,
    tutor: { id: tutorId, name: tutorName },
    student: { id: studentId, name: studentName },
    whiteboard: whiteboard && {
      id: whiteboard[0],
      sessionId: id,
      tutorId,
      studentId,
      openedAt: new Date(whiteboard[1]),
      closedAt: date(whiteboard[2]),
      evidenceRemovedAt: date(whiteboard[3]),
      trackedFrom: date(whiteboard[4]),
    },
  };
}
