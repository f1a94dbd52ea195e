import { Prisma } from "../../generated/prisma/client.ts";
import type { Queryable } from "../sql.ts";

/** Ids of the sessions and marks whose texts hold a name. */
export interface Mentions {
  readonly titles: readonly number[];
  readonly sessionNotes: readonly number[];
  readonly markNotes: readonly number[];
}

interface Texts {
  readonly id: Prisma.Sql;
  readonly from: Prisma.Sql;
  readonly column: Prisma.Sql;
  /** The people whose own text it is. */
  readonly own: Prisma.Sql;
}

const TITLES: Texts = {
  id: Prisma.sql`s.id`,
  from: Prisma.sql`sessions s`,
  column: Prisma.sql`s.title`,
  own: Prisma.sql`s.tutor_id, s.student_id`,
};
const SESSION_NOTES: Texts = {
  id: Prisma.sql`s.id`,
  from: Prisma.sql`sessions s`,
  column: Prisma.sql`s.attendance_notes`,
  own: Prisma.sql`s.tutor_id, s.student_id, coalesce(s.attendance_marked_by, 0)`,
};
const MARK_NOTES: Texts = {
  id: Prisma.sql`n.mark_id`,
  from: Prisma.sql`attendance_mark_notes n join attendance_marks m on m.id = n.mark_id join sessions s on s.id = m.session_id`,
  column: Prisma.sql`n.notes`,
  own: Prisma.sql`s.tutor_id, s.student_id, coalesce(m.actor_id, 0)`,
};

/** Where one of the names occurs, as it is written but for capitals. Only found, not removed: "Will" is also a verb. */
export async function mentionsOf(db: Queryable, personId: number, names: readonly string[]): Promise<Mentions> {
  // SQL: any of several names inside a text. Texts of the person's own lessons, and their own words, go with the erasure: a
  // rehearsal does not list them either.
  const ids = async ({ id, from, column, own }: Texts) => {
    const rows = await db.$queryRaw<{ id: number }[]>`
      select ${id} as id from ${from}
      where exists (select from unnest(${[...names]}::text[]) as asked (name) where position(lower(asked.name) in lower(${column})) > 0)
        and ${personId}::int <> all (array[${own}])
      order by 1`;
    return rows.map((row) => row.id);
  };
  return { titles: await ids(TITLES), sessionNotes: await ids(SESSION_NOTES), markNotes: await ids(MARK_NOTES) };
}

/** Whether anything is kept under a person's number. */
export async function isHeld(db: Queryable, id: number): Promise<boolean> {
  // SQL: six tables in one statement.
  const [row] = await db.$queryRaw<{ held: boolean }[]>`
    with given as (select ${id}::int as id)
    select exists (select from users u where u.id = g.id)
      or exists (select from token_people t where t.id = g.id)
      or exists (select from sessions s
        where g.id in (s.tutor_id, s.student_id, s.scheduled_by, s.ended_by, s.attendance_marked_by))
      or exists (select from attendance_marks m where m.actor_id = g.id)
      or exists (select from connections c where c.user_id = g.id)
      or exists (select from connection_events e where e.reported_by = g.id) as held
    from given g`;
  return row?.held === true;
}
