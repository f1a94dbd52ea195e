import type { Actor } from "../domain/access.ts";
import type { Prisma, PrismaClient } from "../generated/prisma/client.ts";
import type { SessionCursor, SessionFilter, SessionStore } from "../services/session-store.ts";
import { finishSession } from "./ledger/write.ts";
import { removeEvidence } from "./retention.ts";
import { scheduleSession } from "./schedule.ts";
import { sessionFacts } from "./session-facts.ts";
import { time } from "./sql.ts";

const LOCK = "select id from sessions where id = $1::int for no key update";
const OPEN_ROOM = `
insert into whiteboard_sessions (session_id, opened_at) values ($1::int, ${time("$2")})
on conflict (session_id) do nothing`;

// The scheduled end alone first, in the order of the index on unfinished sessions: joined at once, the planner was seen to
// walk all whiteboard sessions of a million instead.
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
  and not exists (select from connection_spans c where c.whiteboard_session_id = w.id and c.ended_at is null)
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
  for no key update skip locked)`;

export function createSessionStore(prisma: PrismaClient): SessionStore {
  /**
   * What the actor may know of: everything for admins and services, else what they are related to. Children are named by
   * their ids: an «or» with a subquery would keep the list from every index.
   */
  async function visibleTo(actor: Actor): Promise<Prisma.SessionWhereInput> {
    if (actor.roles.has("admin") || actor.roles.has("service")) return {};
    const children = await prisma.parentLink.findMany({ where: { parentId: actor.id }, select: { studentId: true } });
    const students = [actor.id, ...children.map((child) => child.studentId)];
    return { OR: [{ tutorId: actor.id }, { studentId: { in: students } }] };
  }

  return {
    byId: (id, selection) => prisma.session.findUnique({ ...selection, where: { id } }),
    whiteboard: (id, selection) => prisma.whiteboardSession.findUnique({ ...selection, where: { id } }),
    async count(actor, filter) {
      return prisma.session.count({ where: { AND: [await visibleTo(actor), matching(filter)] } });
    },

    async page(actor, filter, { limit, after }, selection) {
      const visible = await visibleTo(actor);
      return prisma.session.findMany({
        ...selection,
        where: { AND: [visible, matching(filter), after === null ? {} : behind(after)] },
        orderBy: [{ scheduledStart: "asc" }, { id: "asc" }],
        take: limit,
      });
    },

    schedule: (session, guard) => scheduleSession(prisma, session, guard),

    openRoom: (sessionId, at, decide) =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRawUnsafe(LOCK, sessionId);
        decide(sessionFacts(await tx.session.findUniqueOrThrow({ where: { id: sessionId } })));
        await tx.$executeRawUnsafe(OPEN_ROOM, sessionId, at);
        const room = await tx.whiteboardSession.findUniqueOrThrow({ where: { sessionId }, select: { id: true } });
        return room.id;
      }),

    finishWithoutRoom: (sessionId, decide) =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRawUnsafe(LOCK, sessionId);
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
    completeWithoutRoom: (before, limit) => prisma.$executeRawUnsafe(COMPLETE_WITHOUT_ROOM, before, limit),
    removeEvidence: (before, at, limit) => removeEvidence(prisma, before, at, limit),
  };
}

function matching(filter: SessionFilter): Prisma.SessionWhereInput {
  const { from, to, status, tutorId, studentId, marked } = filter;
  const both: Prisma.SessionWhereInput = { tutorAuthority: { not: null }, studentAuthority: { not: null } };
  return {
    scheduledStart: { gte: from === null ? undefined : new Date(from), lt: to === null ? undefined : new Date(to) },
    status: status?.toLowerCase(),
    tutorId: tutorId ?? undefined,
    studentId: studentId ?? undefined,
    AND: marked === null ? undefined : marked ? both : { NOT: both },
  };
}

/** Behind a place in the order by scheduled start, then id. */
function behind({ scheduledStart, id }: SessionCursor): Prisma.SessionWhereInput {
  const at = new Date(scheduledStart);
  return { OR: [{ scheduledStart: { gt: at } }, { scheduledStart: at, id: { gt: id } }] };
}
