import type { Millis } from "../../domain/model.ts";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { ChangedSession } from "../../services/shared/ports.ts";
import type { OverdueSession, Place, Slice } from "../../services/sessions/session-store.ts";
import { BEGINNING, instant, ms, nextPlace } from "../sql.ts";

interface Row extends Place {
  readonly whiteboardSessionId: number | null;
  readonly ready: boolean;
}

const END = Prisma.raw(ms("d.scheduled_end"));
const START = Prisma.raw(ms("scheduled_start"));

// SQL: a part of a walk, in one statement. Every session looked at is a row, ready or not: its place is where the next slice goes on, so that no number of sessions
// that cannot complete hides the others. The sessions alone first, in the order of the index on unfinished ones: joined at
// once, the planner was seen to walk all whiteboard sessions of a million instead. Open spans are looked up by whiteboard
// session and never all at once, though last night's statistics may know of none.
const overdue = (before: Millis, limit: number, { at, id }: Place) => Prisma.sql`
with due as materialized (
  select id, created_at, scheduled_end from sessions
  where status in ('scheduled', 'in_progress') and scheduled_end <= ${instant(before)}
    and scheduled_end >= ${instant(at)} and (scheduled_end > ${instant(at)} or id > ${id}::int)
  order by scheduled_end, id
  limit ${limit}::int)
select d.id, ${END} as at, w.id as "whiteboardSessionId",
  greatest(d.created_at, w.opened_at, w.last_report_at) <= ${instant(before)}
    and not exists (
      select from connection_spans c
      where c.whiteboard_session_id = w.id and coalesce(c.ended_at, 'infinity') = 'infinity' offset 0) as ready
from due d
left join whiteboard_sessions w on w.session_id = d.id
order by d.scheduled_end, d.id`;

/** @see SessionStore.overdue */
export async function readOverdue(
  prisma: PrismaClient,
  before: Millis,
  limit: number,
  after: Place | null,
): Promise<Slice<OverdueSession>> {
  const rows = await prisma.$queryRaw<Row[]>(overdue(before, limit, after ?? BEGINNING));
  return { items: rows.filter(({ ready }) => ready), next: nextPlace(rows, limit) };
}

/** @see SessionStore.completeWithoutWhiteboard */
export function completeWithoutWhiteboard(
  prisma: PrismaClient,
  ids: readonly number[],
  before: Millis,
): Promise<ChangedSession[]> {
  return prisma.$transaction(async (tx) => {
    // SQL: row locks; what somebody else has is left for the next time.
    const locked = await tx.$queryRaw<{ id: number }[]>`
      select id from sessions
      where id = any(${[...ids]}::int[]) and status in ('scheduled', 'in_progress')
      order by id
      for no key update skip locked`;
    const found = locked.map(({ id }) => id);
    if (found.length === 0) return [];
    // SQL: sets a column to another one. A statement of its own, which sees a whiteboard that was opened until the lock was had. Who
    // opens one takes the lock first.
    return tx.$queryRaw<ChangedSession[]>`
      update sessions s set status = 'completed', ended_at = scheduled_end
      where s.id = any(${found}::int[]) and greatest(s.scheduled_end, s.created_at) <= ${instant(before)}
        and not exists (select from whiteboard_sessions w where w.session_id = s.id)
      returning id, tutor_id as "tutorId", student_id as "studentId", ${START} as "scheduledStart"`;
  });
}
