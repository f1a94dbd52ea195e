import { type Actor, mayKnowAll } from "../domain/access.ts";
import type { SessionCursor, SessionFilter } from "../services/session-store.ts";
import { time } from "./sql.ts";

/** SQL with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A page of what the actor may know of, by scheduled start, then id. */
export function pageOf(
  actor: Actor,
  filter: SessionFilter,
  { limit, after }: { readonly limit: number; readonly after: SessionCursor | null },
): Statement {
  const { conditions, values, parameter } = matching(actor, filter);
  // Behind a place in the order.
  if (after !== null) {
    conditions.push(
      `(s.scheduled_start, s.id) > (${time(parameter(after.scheduledStart))}, ${parameter(after.id)}::int)`,
    );
  }
  const sql = `
  select s.* from sessions s where ${conditions.join(" and ")}
  order by s.scheduled_start, s.id
  limit ${parameter(limit)}::int`;
  return { sql, values };
}

export function countOf(actor: Actor, filter: SessionFilter): Statement {
  const { conditions, values } = matching(actor, filter);
  return { sql: `select count(*)::int as count from sessions s where ${conditions.join(" and ")}`, values };
}

/** Only what is asked for becomes a condition: one that could be left out by its parameter would hide the indexes. */
function matching(actor: Actor, filter: SessionFilter) {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = ["true"];
  if (!mayKnowAll(actor)) conditions.push(visibleTo(parameter(actor.id)));
  const { from, to, status, tutorId, studentId, marked } = filter;
  if (from !== null) conditions.push(`s.scheduled_start >= ${time(parameter(from))}`);
  if (to !== null) conditions.push(`s.scheduled_start < ${time(parameter(to))}`);
  if (status !== null) conditions.push(`s.status = ${parameter(status.toLowerCase())}`);
  if (tutorId !== null) conditions.push(`s.tutor_id = ${parameter(tutorId)}::int`);
  if (studentId !== null) conditions.push(`s.student_id = ${parameter(studentId)}::int`);
  if (marked !== null)
    conditions.push(`${marked ? "" : "not "}(s.tutor_authority is not null and s.student_authority is not null)`);
  return { conditions, values, parameter };
}

/** What somebody is related to. Children as an array: an «or» with a subquery would keep the list from every index. */
const visibleTo = (actor: string) => `(s.tutor_id = ${actor}::int or s.student_id = any (array(
    select ${actor}::int union all select p.student_id from parent_links p where p.parent_id = ${actor}::int)))`;
