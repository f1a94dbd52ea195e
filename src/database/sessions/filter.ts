import { type Actor, mayKnowAll } from "../../domain/access.ts";
import type { SessionCursor, SessionFilter } from "../../services/sessions/session-store.ts";
import { time } from "../sql.ts";

/** SQL with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * A page of what the actor may know of, by scheduled start, then id. What somebody teaches and what each learner attends is
 * asked for by itself, since its index has it in order: put together by an "or", the planner was seen to walk through
 * everybody's sessions.
 */
export function pageOf(
  actor: Actor,
  filter: SessionFilter,
  { limit, after }: { readonly limit: number; readonly after: SessionCursor | null },
): Statement {
  const { conditions, values, parameter } = matching(filter);
  // Behind a place in the order.
  if (after !== null) {
    conditions.push(
      `(s.scheduled_start, s.id) > (${time(parameter(after.scheduledStart))}, ${parameter(after.id)}::int)`,
    );
  }
  const cut = `order by s.scheduled_start, s.id limit ${parameter(limit)}::int`;
  const page = (...which: string[]) =>
    `select s.* from sessions s where ${[...which, ...conditions].join(" and ")} ${cut}`;
  if (mayKnowAll(actor)) return { sql: page("true"), values };
  const me = `${parameter(actor.id)}::int`;
  const sql = `
  select s.* from (
    (${page(`s.tutor_id = ${me}`)})
    union all
    select s.* from (${learnersOf(me)}) as learner
    cross join lateral (${page("s.student_id = learner.id", `s.tutor_id <> ${me}`)}) as s
  ) as s ${cut}`;
  return { sql, values };
}

export function countOf(actor: Actor, filter: SessionFilter): Statement {
  const { conditions, values, parameter } = matching(filter);
  if (!mayKnowAll(actor)) conditions.push(visibleTo(`${parameter(actor.id)}::int`));
  return {
    sql: `select count(*)::int as count from sessions s where ${["true", ...conditions].join(" and ")}`,
    values,
  };
}

/** Only what is asked for becomes a condition: one that could be left out by its parameter would hide the indexes. */
function matching(filter: SessionFilter) {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
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

/** Somebody and their children. */
const learnersOf = (me: string) => `
    select ${me} as id union select p.student_id from parent_links p where p.parent_id = ${me}`;

/** What somebody is related to. Learners as an array: an "or" with a subquery would keep the count from every index. */
const visibleTo = (me: string) => `(s.tutor_id = ${me} or s.student_id = any (array(${learnersOf(me)})))`;
