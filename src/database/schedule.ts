import type { PrismaClient } from "../generated/prisma/client.ts";
import type { NewSession, SessionStore } from "../services/session-store.ts";

// An erasure waits for it, or it for the erasure: no session is scheduled for somebody who is being erased. In the order of
// the ids, as all who lock several people.
const LOCK_PEOPLE = `
select id, erased_at is not null as erased from users
where id = any($1::int[])
order by id
for share`;
// Two requests of one tutor at once queue up here as well, so that neither overlooks the other's session.
const LOCK_PEOPLE_ALONE = LOCK_PEOPLE.replace("for share", "for no key update");

/** @see SessionStore.schedule */
export function scheduleSession(
  prisma: PrismaClient,
  session: NewSession,
  guard: boolean,
): ReturnType<SessionStore["schedule"]> {
  const { tutorId, studentId, scheduledStart, scheduledEnd, createdAt, ...plain } = session;
  const window = { scheduledStart: new Date(scheduledStart), scheduledEnd: new Date(scheduledEnd) };
  return prisma.$transaction(async (tx) => {
    const lock = guard ? LOCK_PEOPLE_ALONE : LOCK_PEOPLE;
    const people = await tx.$queryRawUnsafe<{ id: number; erased: boolean }[]>(lock, [tutorId, studentId]);
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
