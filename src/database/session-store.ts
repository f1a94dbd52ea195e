import type { PrismaClient } from "../generated/prisma/client.ts";
import type { SessionStore } from "../services/session-store.ts";
import { finishSession } from "./ledger/write.ts";
import { removeEvidence } from "./retention.ts";
import { scheduleSession } from "./schedule.ts";
import { countOf, pageOf } from "./session-filter.ts";
import { readHeads, readVersions } from "./session-heads.ts";
import { sessionFacts } from "./session-facts.ts";
import { readPage, readRoom, readSessions } from "./session-page.ts";
import { LOCK_SESSION, ms, time } from "./sql.ts";

const OPEN_ROOM = `
insert into whiteboard_sessions (session_id, opened_at) values ($1::int, ${time("$2")})
on conflict (session_id) do nothing`;

// The scheduled end alone first, in the order of the index on unfinished sessions: joined at once, the planner was seen to
// walk all whiteboard sessions of a million instead. Open spans are looked up by whiteboard session and never all at once,
// though last night's statistics may know of none.
const DUE = `
due as materialized (
  select id, created_at from sessions
  where status in ('scheduled', 'in_progress') and scheduled_end <= ${time("$1")}
  order by scheduled_end
  limit 5 * $2::int)`;
const OVERDUE = `
with ${DUE}
select w.id
from due d
join whiteboard_sessions w on w.session_id = d.id
where greatest(d.created_at, w.opened_at, w.last_report_at) <= ${time("$1")}
  and not exists (
    select from connection_spans c
    where c.whiteboard_session_id = w.id and coalesce(c.ended_at, 'infinity') = 'infinity' offset 0)
order by w.id
limit $2::int`;

const COMPLETE_WITHOUT_ROOM = `
with ${DUE}
update sessions set status = 'completed', ended_at = scheduled_end
where id in (
  select s.id from due d join sessions s on s.id = d.id
  where s.status in ('scheduled', 'in_progress') and s.created_at <= ${time("$1")}
    and not exists (select from whiteboard_sessions w where w.session_id = s.id)
  order by s.id
  limit $2::int
  for no key update skip locked)
returning id, tutor_id as "tutorId", student_id as "studentId", ${ms("scheduled_start")} as "scheduledStart"`;

export function createSessionStore(prisma: PrismaClient): SessionStore {
  return {
    byId: async (id) => (await readSessions(prisma, [id]))[0] ?? null,
    byIds: (ids) => readSessions(prisma, ids),
    whiteboard: (id) => readRoom(prisma, id),
    async count(actor, filter) {
      const { sql, values } = countOf(actor, filter);
      const [row] = await prisma.$queryRawUnsafe<[{ count: number }]>(sql, ...values);
      return row.count;
    },

    page: (actor, filter, slice) => readPage(prisma, pageOf(actor, filter, slice)),
    heads: (ids) => readHeads(prisma, ids),
    versionsBetween: (from, to) => readVersions(prisma, from, to),

    schedule: (session, guard) => scheduleSession(prisma, session, guard),

    openRoom: (sessionId, at, decide) =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRawUnsafe(LOCK_SESSION, sessionId);
        decide(sessionFacts(await tx.session.findUniqueOrThrow({ where: { id: sessionId } })));
        await tx.$executeRawUnsafe(OPEN_ROOM, sessionId, at);
        const room = await tx.whiteboardSession.findUniqueOrThrow({ where: { sessionId }, select: { id: true } });
        return room.id;
      }),

    finishWithoutRoom: (sessionId, decide) =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRawUnsafe(LOCK_SESSION, sessionId);
        const row = await tx.session.findUniqueOrThrow({
          where: { id: sessionId },
          include: { whiteboardSession: { select: { id: true } } },
        });
        if (row.whiteboardSession !== null) return false;
        const change = decide(sessionFacts(row));
        if (change !== null) await finishSession(tx, sessionId, change);
        return true;
      }),

    async overdue(before, limit) {
      return (await prisma.$queryRawUnsafe<{ id: number }[]>(OVERDUE, before, limit)).map((row) => row.id);
    },
    completeWithoutRoom: (before, limit) => prisma.$queryRawUnsafe(COMPLETE_WITHOUT_ROOM, before, limit),
    removeEvidence: (before, at, limit) => removeEvidence(prisma, before, at, limit),
  };
}
