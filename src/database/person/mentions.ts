import type { Queryable } from "../sql.ts";

/** Ids of the sessions and marks whose texts hold a name. */
export interface Mentions {
  readonly titles: readonly number[];
  readonly sessionNotes: readonly number[];
  readonly markNotes: readonly number[];
}

const MENTIONED = (id: string, table: string, column: string) => `
select ${id} as id from ${table}
where exists (select from unnest($1::text[]) as n (name) where position(lower(n.name) in lower(${column})) > 0)
order by 1`;
const TITLES = MENTIONED("id", "sessions", "title");
const SESSION_NOTES = MENTIONED("id", "sessions", "attendance_notes");
const MARK_NOTES = MENTIONED("mark_id", "attendance_mark_notes", "notes");

/** Where one of the names occurs, as it is written but for capitals. Only found, not removed: «Will» is also a verb. */
export async function mentionsOf(db: Queryable, names: readonly string[]): Promise<Mentions> {
  const ids = async (sql: string) => (await db.$queryRawUnsafe<{ id: number }[]>(sql, [...names])).map((row) => row.id);
  return { titles: await ids(TITLES), sessionNotes: await ids(SESSION_NOTES), markNotes: await ids(MARK_NOTES) };
}
