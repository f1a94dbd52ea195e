import type { Place } from "./place.ts";

/** Ids of what `fillWithLessons` makes: session and whiteboard session i, its tutor, and its student. */
export const studentOf = (lesson: number): number => 1_000_000_000 + lesson;
export const tutorOf = (lesson: number, perTutor: number): number => 1 + Math.floor((lesson - 1) / perTutor);

export interface Shape {
  /** The first ones run now; all others are over, an hour each, and have their spans. */
  readonly running: number;
  readonly over: number;
  readonly perTutor: number;
  /** The first to be made; those before it are there already. */
  readonly first?: number;
}

export const SPANS_PER_LESSON = 10;

// Lessons $3 to $4, of which the first $1 run, $2 for each tutor. The later its number, the longer ago a lesson was.
const LESSONS = `
lessons as (
  select i as id, 1 + (i - 1) / $2::int as tutor, 1000000000 + i as student, i <= $1::int as running,
    case when i <= $1::int then date_trunc('minute', now()) - interval '10 minutes'
      else date_trunc('minute', now()) - interval '2 hours' - (i - $1::int) * interval '1 minute' end as start
  from generate_series($3::int, $4::int) as i)`;

const USERS = `
with ${LESSONS}
insert into users (id, name)
select distinct tutor, 'Tutor ' || tutor from lessons union all select student, 'Student ' || student from lessons
on conflict do nothing`;

const SESSIONS = `
with ${LESSONS}
insert into sessions (id, tutor_id, student_id, title, scheduled_start, scheduled_end, status, created_at, ended_at,
  tutor_attendance_status, student_attendance_status)
select id, tutor, student, 'Lesson ' || id, start, start + interval '1 hour',
  case when running then 'scheduled' else 'completed' end, start - interval '1 day',
  case when running then null else start + interval '1 hour' end, 'present', 'present'
from lessons`;

const ROOMS = `
with ${LESSONS}
insert into whiteboard_sessions (id, session_id, opened_at, closed_at, tutor_connected_at, tutor_disconnected_at,
  tutor_last_activity_at, tutor_total_active_seconds, student_connected_at, student_disconnected_at,
  student_last_activity_at, student_total_active_seconds, presence_version)
select id, id, start, finish, first, finish, finish, seconds, first, finish, finish, seconds, version
from lessons cross join lateral (
  select start + interval '1 hour' as finish, start as first, 3300 as seconds, 20 as version where not running
  union all select null, null, 0, 0 where running) as l`;

// Two people with a connection each, which was five times interrupted by idleness.
const CONNECTIONS = `
with ${LESSONS}
insert into connections (id, whiteboard_session_id, user_id, role, evidence, released_at)
select ('00000000-0000-4000-8000-' || lpad(to_hex(id * 2 + n), 12, '0'))::uuid, id,
  case n when 0 then tutor else student end, case n when 0 then 'tutor' else 'student' end, 'live', null
from lessons cross join generate_series(0, 1) as n
where not running`;

const SPANS = `
with ${LESSONS}
insert into connection_spans (connection_id, seq, whiteboard_session_id, user_id, role, evidence, active,
  started_at, last_seen_at, ended_at, end_reason)
select ('00000000-0000-4000-8000-' || lpad(to_hex(id * 2 + n), 12, '0'))::uuid, seq, id,
  case n when 0 then tutor else student end, case n when 0 then 'tutor' else 'student' end, 'live', seq % 2 = 0,
  start + seq * interval '12 minutes', finish, finish,
  case when seq = 4 then 'SESSION_ENDED' when seq % 2 = 0 then 'IDLE' else 'ACTIVE' end
from lessons cross join generate_series(0, 1) as n
cross join generate_series(0, ${SPANS_PER_LESSON / 2 - 1}) as seq
cross join lateral (select start + (seq + 1) * interval '12 minutes' as finish) as f
where not running`;

const AT_ONCE = 50_000;
const FILLED = ["users", "sessions", "whiteboard_sessions", "connections", "connection_spans"];

/** Rows of equal shape, however many there are. The product has migrated the database before. */
export async function fillWithLessons(
  place: Pick<Place, "sql">,
  { running, over, perTutor, first = 1 }: Shape,
): Promise<void> {
  for (let from = first; from <= running + over; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE - 1, running + over);
    for (const statement of [USERS, SESSIONS, ROOMS, CONNECTIONS, SPANS]) {
      await place.sql(statement, [running, perTutor, from, to]);
    }
  }
  for (const table of FILLED) await place.sql(`vacuum analyze ${table}`);
}
