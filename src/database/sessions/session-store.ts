import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { NewSession, SessionStore } from "../../services/sessions/session-store.ts";
import { finishSession } from "../presence/write.ts";
import { completeWithoutWhiteboard, readOverdue } from "./overdue.ts";
import { readOldEvidence, removeEvidence } from "../presence/retention.ts";
import { countOf, pageOf } from "./filter.ts";
import { readHeads, readVersions, sessionFacts } from "./heads.ts";
import { readPage, readWhiteboard, readSessions } from "./page.ts";
import { lockSession, type Queryable } from "../sql.ts";

export function createSessionStore(prisma: PrismaClient): SessionStore {
  return {
    byId: async (id) => (await readSessions(prisma, [id]))[0] ?? null,
    byIds: (ids) => readSessions(prisma, ids),
    whiteboard: (id) => readWhiteboard(prisma, id),
    async count(actor, filter) {
      const { sql, values } = countOf(actor, filter);
      const [row] = await prisma.$queryRawUnsafe<[{ count: number }]>(sql, ...values);
      return row.count;
    },

    page: (actor, filter, slice) => readPage(prisma, pageOf(actor, filter, slice)),
    heads: (ids) => readHeads(prisma, ids),
    versionsBetween: (from, to) => readVersions(prisma, from, to),

    schedule: (session, guard) => scheduleSession(prisma, session, guard),

    openWhiteboard: (sessionId, at, decide) =>
      prisma.$transaction(async (tx) => {
        await lockSession(tx, sessionId);
        decide(sessionFacts(await tx.session.findUniqueOrThrow({ where: { id: sessionId } })));
        await tx.whiteboardSession.createMany({ data: [{ sessionId, openedAt: new Date(at) }], skipDuplicates: true });
        const whiteboard = await tx.whiteboardSession.findUniqueOrThrow({ where: { sessionId }, select: { id: true } });
        return whiteboard.id;
      }),

    finishWithoutWhiteboard: (sessionId, decide) =>
      prisma.$transaction(async (tx) => {
        await lockSession(tx, sessionId);
        const row = await tx.session.findUniqueOrThrow({
          where: { id: sessionId },
          include: { whiteboardSession: { select: { id: true } } },
        });
        if (row.whiteboardSession !== null) return false;
        const change = decide(sessionFacts(row));
        if (change !== null) await finishSession(tx, sessionId, change);
        return true;
      }),

    overdue: (before, limit, after) => readOverdue(prisma, before, limit, after),
    completeWithoutWhiteboard: (ids, before) => completeWithoutWhiteboard(prisma, ids, before),
    oldEvidence: (before, limit, after) => readOldEvidence(prisma, before, limit, after),
    removeEvidence: (ids, before, at) => removeEvidence(prisma, ids, before, at),
  };
}

// SQL: row locks. An erasure waits for it, or it for the erasure: no session is scheduled for somebody who is being erased. In the
// order of the ids, as all who lock several people. With `alone` two requests of one tutor at once queue up here as well, so that
// neither overlooks the other's session.
const lockPeople = (tx: Queryable, ids: readonly number[], alone: boolean) =>
  tx.$queryRaw<{ id: number; erased: boolean }[]>`
    select id, erased_at is not null as erased from users
    where id = any(${[...ids]}::int[])
    order by id
    ${alone ? Prisma.sql`for no key update` : Prisma.sql`for share`}`;

/** @see SessionStore.schedule */
export function scheduleSession(
  prisma: PrismaClient,
  session: NewSession,
  guard: boolean,
): ReturnType<SessionStore["schedule"]> {
  const { tutorId, studentId, scheduledStart, scheduledEnd, createdAt, ...plain } = session;
  const window = { scheduledStart: new Date(scheduledStart), scheduledEnd: new Date(scheduledEnd) };
  return prisma.$transaction(async (tx) => {
    const people = await lockPeople(tx, [tutorId, studentId], guard);
    if (guard) {
      const introduced = await tx.session.findFirst({ where: { tutorId, studentId, introduced: true } });
      if (introduced === null) return "stranger";
    }
    if (people.length < 2) return "unknown person";
    if (people.some(({ erased }) => erased)) return "erased person";
    if (guard) {
      const overlap = await tx.session.findFirst({
        where: {
          tutorId,
          status: { in: ["scheduled", "in_progress"] },
          scheduledStart: { lt: window.scheduledEnd },
          scheduledEnd: { gt: window.scheduledStart },
        },
      });
      if (overlap !== null) return "overlap";
    }
    const created = { ...plain, ...window, tutorId, studentId, createdAt: new Date(createdAt) };
    return tx.session.create({ data: created, select: { id: true } });
  });
}
