import type { Millis } from "../../domain/model.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { ChangedSession } from "../../services/shared/ports.ts";
import type { OverdueSession, Place, Slice } from "../../services/sessions/session-store.ts";
import { BEGINNING, ms, nextPlace, time } from "../sql.ts";

interface Row extends Place {
  readonly whiteboardSessionId: number | null;
  readonly ready: boolean;
}

// Every session looked at is a row, ready or not: its place is where the next slice goes on, so that no number of sessions
// that cannot complete hides the others. The sessions alone first, in the order of the index on unfinished ones: joined at
// once, the planner was seen to walk all whiteboard sessions of a million instead. Open spans are looked up by whiteboard
// session and never all at once, though last night's statistics may know of none.
const OVERDUE = `
with due as materialized (
  select id, created_at, scheduled_end from sessions
  where status in ('scheduled', 'in_progress') and scheduled_end <= ${time("$1")}
    and scheduled_end >= ${time("$3")} and (scheduled_end > ${time("$3")} or id > $4::int)
  order by scheduled_end, id
  limit $2::int)
select d.id, ${ms("d.scheduled_end")} as at, w.id as "whiteboardSessionId",
  greatest(d.created_at, w.opened_at, w.last_report_at) <= ${time("$1")}
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
  const { at, id } = after ?? BEGINNING;
  const rows = await prisma.$queryRawUnsafe<Row[]>(OVERDUE, before, limit, at, id);
  return { items: rows.filter(({ ready }) => ready), next: nextPlace(rows, limit) };
}

const LOCK = `
select id from sessions
where id = any($1::int[]) and status in ('scheduled', 'in_progress')
order by id
for no key update skip locked`;

// A statement of its own, which sees a whiteboard that was opened until the lock was had. Who opens one takes the lock first.
const COMPLETE = `
update sessions s set status = 'completed', ended_at = scheduled_end
where s.id = any($1::int[]) and greatest(s.scheduled_end, s.created_at) <= ${time("$2")}
  and not exists (select from whiteboard_sessions w where w.session_id = s.id)
returning id, tutor_id as "tutorId", student_id as "studentId", ${ms("scheduled_start")} as "scheduledStart"`;

/** @see SessionStore.completeWithoutWhiteboard */
export function completeWithoutWhiteboard(
  prisma: PrismaClient,
  ids: readonly number[],
  before: Millis,
): Promise<ChangedSession[]> {
  return prisma.$transaction(async (tx) => {
    const locked = await tx.$queryRawUnsafe<{ id: number }[]>(LOCK, ids);
    const found = locked.map(({ id }) => id);
    return found.length === 0 ? [] : tx.$queryRawUnsafe<ChangedSession[]>(COMPLETE, found, before);
  });
}
