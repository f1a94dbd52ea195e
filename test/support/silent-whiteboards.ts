import type { TestApp } from "./app.ts";

// Users from here on are theirs: nobody else's test has so many.
const FIRST_USER = 1_000_000;

/** Lessons that run, each with both participants connected and last seen now. Returns the ids of the connections. */
export async function silentWhiteboards(app: TestApp, count: number): Promise<string[]> {
  const now = new Date(app.clock.now()).toISOString();
  const { prisma } = app.store.database;
  await prisma.$executeRawUnsafe(
    "insert into users (id, name) select $1::int + i, 'Somebody' from generate_series(1, 2 * $2::int) i",
    FIRST_USER,
    count,
  );
  const rows = await prisma.$queryRawUnsafe<{ id: string }[]>(
    `with s as (
       insert into sessions (tutor_id, student_id, scheduled_start, scheduled_end, status)
       select $1::int + i, $1::int + $2::int + i, $3::timestamptz, $3::timestamptz + interval '1 hour', 'in_progress'
       from generate_series(1, $2::int) i returning id, tutor_id, student_id),
     w as (insert into whiteboard_sessions (session_id) select id from s returning id, session_id),
     p as (
       select gen_random_uuid() as id, w.id as whiteboard, v.user_id, v.role
       from w join s on s.id = w.session_id
       cross join lateral (values (s.tutor_id, 'tutor'), (s.student_id, 'student')) as v (user_id, role)),
     c as (
       insert into connections (id, whiteboard_session_id, user_id, role, evidence)
       select id, whiteboard, user_id, role, 'live' from p),
     o as (
       insert into connection_spans (connection_id, seq, whiteboard_session_id, user_id, role, evidence, active, started_at, last_seen_at)
       select id, 1, whiteboard, user_id, role, 'live', true, $3::timestamptz, $3::timestamptz from p)
     select id::text as id from p`,
    FIRST_USER,
    count,
    now,
  );
  return rows.map(({ id }) => id);
}
