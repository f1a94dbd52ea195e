import type { Queryable } from "../sql.ts";

const HELD = `
select exists (select from users where id = $1::int)
  or exists (select from token_people where id = $1::int)
  or exists (select from sessions
    where $1::int in (tutor_id, student_id, scheduled_by, ended_by, attendance_marked_by))
  or exists (select from attendance_marks where actor_id = $1::int)
  or exists (select from connections where user_id = $1::int)
  or exists (select from connection_events where reported_by = $1::int) as held`;

/** Whether anything is kept under a person's number. */
export async function isHeld(db: Queryable, id: number): Promise<boolean> {
  const [row] = await db.$queryRawUnsafe<{ held: boolean }[]>(HELD, id);
  return row?.held === true;
}
