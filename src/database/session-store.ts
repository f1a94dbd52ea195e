import type { PrismaClient } from "../generated/prisma/client.ts";
import type { SessionStore } from "../services/session-store.ts";
import { finishSession } from "./ledger/write.ts";
import { completeWithoutRoom, readOverdue } from "./overdue.ts";
import { readOldEvidence, removeEvidence } from "./retention.ts";
import { scheduleSession } from "./schedule.ts";
import { countOf, pageOf } from "./session-filter.ts";
import { readHeads, readVersions } from "./session-heads.ts";
import { sessionFacts } from "./session-facts.ts";
import { readPage, readRoom, readSessions } from "./session-page.ts";
import { LOCK_SESSION, time } from "./sql.ts";

const OPEN_ROOM = `
insert into whiteboard_sessions (session_id, opened_at) values ($1::int, ${time("$2")})
on conflict (session_id) do nothing`;

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

    overdue: (before, limit, after) => readOverdue(prisma, before, limit, after),
    completeWithoutRoom: (ids, before) => completeWithoutRoom(prisma, ids, before),
    oldEvidence: (before, limit, after) => readOldEvidence(prisma, before, limit, after),
    removeEvidence: (ids, before, at) => removeEvidence(prisma, ids, before, at),
  };
}
