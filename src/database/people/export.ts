import type { Prisma, PrismaClient } from "../../generated/prisma/client.ts";
import { connectionOf, markAbout, markBy, sessionOf } from "./export-rows.ts";
import { isHeld } from "./mentions.ts";

/** Grows when a reader of older exports would misread a newer one. */
const VERSION = 1;
/** All of one moment. */
const TRANSACTION = { isolationLevel: "RepeatableRead", timeout: 600_000 } as const;

export type PersonExport = NonNullable<Awaited<ReturnType<typeof exportPerson>>>;

/**
 * Everything that is held about one person, as plain JSON; times are ISO 8601 in UTC, words are those of the database
 * (docs/privacy.md has the shape). Null: nothing is.
 *
 * A copy must not harm the rights of others (GDPR art. 15 (4), 20 (4)): other people come as number and role, never by
 * name; of the statuses in a lesson only the person's own are told, and of other people's words only those about them.
 */
export function exportPerson(prisma: PrismaClient, id: number, at: Date) {
  return prisma.$transaction(async (tx) => ((await isHeld(tx, id)) ? read(tx, id, at) : null), TRANSACTION);
}

async function read(tx: Prisma.TransactionClient, id: number, at: Date) {
  const theirs = { OR: [{ tutorId: id }, { studentId: id }] };
  const orderBy = { id: "asc" } as const;
  const user = await tx.user.findUnique({ where: { id }, include: { parents: true, children: true } });
  const token = await tx.tokenPerson.findUnique({ where: { id } });
  const sessions = await tx.session.findMany({ where: theirs, include: { whiteboardSession: true }, orderBy });
  const about = await tx.attendanceMark.findMany({
    where: { session: theirs },
    include: { notes: true, session: { select: { tutorId: true } } },
    orderBy,
  });
  const by = await tx.attendanceMark.findMany({ where: { actorId: id }, include: { notes: true }, orderBy });
  const connections = await tx.connection.findMany({
    where: { userId: id },
    include: { spans: { orderBy: { seq: "asc" } }, events: { orderBy: { at: "asc" } } },
    orderBy: [{ whiteboardSessionId: "asc" }, { id: "asc" }],
  });
  return {
    format: "rollcall-person" as const,
    version: VERSION,
    exportedAt: at,
    person: {
      id,
      name: user?.name ?? null,
      tokenName: token?.name ?? null,
      createdAt: user?.createdAt ?? null,
      erasedAt: user?.erasedAt ?? null,
      parentIds: user?.parents.map((link) => link.parentId) ?? [],
      childIds: user?.children.map((link) => link.studentId) ?? [],
    },
    sessions: sessions.map((row) => sessionOf(row, id)),
    connections: connections.map(connectionOf),
    marksAbout: about.map((row) => markAbout(row, id)),
    marksBy: by.map(markBy),
    did: await deedsOf(tx, id),
  };
}

/** What the person did to sessions, their own or others': the sessions' numbers, and how much was reported when. */
async function deedsOf(tx: Prisma.TransactionClient, id: number) {
  const sessions = async (where: Prisma.SessionWhereInput) =>
    (await tx.session.findMany({ where, select: { id: true }, orderBy: { id: "asc" } })).map((row) => row.id);
  type Reports = { whiteboardSessionId: number; events: number; firstAt: Date; lastAt: Date };
  return {
    scheduled: await sessions({ scheduledBy: id }),
    ended: await sessions({ endedBy: id }),
    marked: await sessions({ markedBy: id }),
    // SQL: counts by a column of another table.
    reported: await tx.$queryRaw<Reports[]>`
      select c.whiteboard_session_id as "whiteboardSessionId", count(*)::int as events,
        min(e.reported_at) as "firstAt", max(e.reported_at) as "lastAt"
      from connection_events e
      join connections c on c.id = e.connection_id
      where e.reported_by = ${id}::int
      group by 1
      order by 1`,
  };
}
