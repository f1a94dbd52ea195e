import { isDeepStrictEqual } from "node:util";
import type { PrismaClient } from "../generated/prisma/client.ts";
import type { Selection, SessionStore } from "../services/session-store.ts";
import { finishSession } from "./ledger/write.ts";
import { removeEvidence } from "./retention.ts";
import { scheduleSession } from "./schedule.ts";
import { countOf, pageOf } from "./session-filter.ts";
import { readHeads, readVersions } from "./session-heads.ts";
import { sessionFacts } from "./session-facts.ts";
import { readPage, readSessions } from "./session-page.ts";
import { ms, time } from "./sql.ts";

const LOCK = "select id from sessions where id = $1::int for no key update";
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
  const complete: SessionStore["complete"] = async (rows, selection) => {
    if (isListed(selection)) return [...rows];
    // What hangs on the rows further down is read by Prisma.
    const ids = rows.map(({ id }) => id);
    const people = { tutor: PERSON, student: PERSON };
    const include = { ...selection.include, ...people };
    const found = await prisma.session.findMany({ include, where: { id: { in: ids } } });
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  };
  return {
    byId: (id, selection) => prisma.session.findUnique({ ...selection, where: { id } }),
    whiteboard: (id, selection) => prisma.whiteboardSession.findUnique({ ...selection, where: { id } }),
    async count(actor, filter) {
      const { sql, values } = countOf(actor, filter);
      const [row] = await prisma.$queryRawUnsafe<[{ count: number }]>(sql, ...values);
      return row.count;
    },

    page: async (actor, filter, slice, selection) =>
      complete(await readPage(prisma, pageOf(actor, filter, slice)), selection),
    complete,
    listed: (ids) => readSessions(prisma, ids),
    heads: (ids) => readHeads(prisma, ids),
    versionsBetween: (from, to) => readVersions(prisma, from, to),

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
    completeWithoutRoom: (before, limit) => prisma.$queryRawUnsafe(COMPLETE_WITHOUT_ROOM, before, limit),
    removeEvidence: (before, at, limit) => removeEvidence(prisma, before, at, limit),
  };
}

/** Whether a listed session has all that is asked for. */
function isListed({ include = {} }: Selection): boolean {
  const listed = LISTED as Readonly<Record<string, object>>;
  return Object.entries(include).every(([relation, asked]) => isDeepStrictEqual(asked, listed[relation]));
}

const PERSON = { select: { id: true, name: true } };
const LISTED = {
  tutor: PERSON,
  student: PERSON,
  whiteboardSession: { include: { session: { select: { tutorId: true, studentId: true } } } },
};
