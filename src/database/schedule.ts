import { Prisma, type PrismaClient } from "../generated/prisma/client.ts";
import type { NewSession, SessionStore } from "../services/session-store.ts";

// Two requests of one tutor at once queue up here, so that neither overlooks the other's session.
const LOCK_TUTOR = "select id from users where id = $1::int for no key update";

/** @see SessionStore.schedule */
export async function scheduleSession(
  prisma: PrismaClient,
  session: NewSession,
  guard: boolean,
): ReturnType<SessionStore["schedule"]> {
  const { tutorId, studentId, scheduledStart, scheduledEnd, createdAt, ...plain } = session;
  const window = { scheduledStart: new Date(scheduledStart), scheduledEnd: new Date(scheduledEnd) };
  try {
    return await prisma.$transaction(async (tx) => {
      if (guard) {
        await tx.$queryRawUnsafe(LOCK_TUTOR, tutorId);
        const introduced = await tx.session.findFirst({ where: { tutorId, studentId, introduced: true } });
        if (introduced === null) return "stranger";
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
  } catch (error) {
    const isUnknownPerson = error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2003";
    if (isUnknownPerson) return "unknown person";
    throw error;
  }
}
