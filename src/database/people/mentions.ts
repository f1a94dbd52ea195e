import type { Queryable } from "../sql.ts";

/** Ids of the sessions and marks whose texts hold a name. */
export interface Mentions {
  readonly titles: readonly number[];
  readonly sessionNotes: readonly number[];
  readonly markNotes: readonly number[];
}

// Texts of the person's own lessons, and their own words, go with the erasure: a rehearsal does not list them either.
const MENTIONED = (id: string, from: string, column: string, own: string) => `
select ${id} as id from ${from}
where exists (select from unnest($1::text[]) as asked (name) where position(lower(asked.name) in lower(${column})) > 0)
  and $2::int <> all (array[${own}])
order by 1`;
const TITLES = MENTIONED("s.id", "sessions s", "s.title", "s.tutor_id, s.student_id");
const SESSION_NOTES = MENTIONED(
  "s.id",
  "sessions s",
  "s.attendance_notes",
  "s.tutor_id, s.student_id, coalesce(s.attendance_marked_by, 0)",
);
const MARK_NOTES = MENTIONED(
  "n.mark_id",
  "attendance_mark_notes n join attendance_marks m on m.id = n.mark_id join sessions s on s.id = m.session_id",
  "n.notes",
  "s.tutor_id, s.student_id, coalesce(m.actor_id, 0)",
);

/** Where one of the names occurs, as it is written but for capitals. Only found, not removed: "Will" is also a verb. */
export async function mentionsOf(db: Queryable, personId: number, names: readonly string[]): Promise<Mentions> {
  const ids = async (sql: string) =>
    (await db.$queryRawUnsafe<{ id: number }[]>(sql, [...names], personId)).map((row) => row.id);
  return { titles: await ids(TITLES), sessionNotes: await ids(SESSION_NOTES), markNotes: await ids(MARK_NOTES) };
}

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
