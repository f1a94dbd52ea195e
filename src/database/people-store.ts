import { RollcallError } from "../domain/errors.ts";
import type { PrismaClient } from "../generated/prisma/client.ts";
import type { PeopleStore } from "../services/people.ts";

const NAMES = `
select id, name from users where id = any($1::int[])
union all
select id, name from token_people t where id = any($1::int[]) and not exists (select from users u where u.id = t.id)`;

// Numbers that people have taken by acting on a token are not free, nor those that an admin gave out of turn.
const NEXT_ID = `
with next as materialized (select nextval('users_id_seq')::int as id)
select n.id, exists (select from users u where u.id = n.id) or exists (select from token_people t where t.id = n.id)
  or exists (select from attendance_marks m where m.actor_id = n.id)
  or exists (select from sessions s where n.id in (s.scheduled_by, s.ended_by)) as taken
from next n`;

// An erasure waits for it, or it for the erasure: nobody becomes a parent who is being erased. In the order of the ids.
const LOCK_KNOWN = `
select id from users where id = any($1::int[]) and erased_at is null
order by id
for share`;

export function createPeopleStore(prisma: PrismaClient): PeopleStore {
  return {
    user: (id) => prisma.user.findUnique({ where: { id }, select: { id: true, name: true } }),

    async freeId() {
      for (;;) {
        const [next] = await prisma.$queryRawUnsafe<{ id: number; taken: boolean }[]>(NEXT_ID);
        if (next?.taken === false) return next.id;
      }
    },

    async names(ids) {
      if (ids.length === 0) return new Map();
      const rows = await prisma.$queryRawUnsafe<{ id: number; name: string }[]>(NAMES, [...ids]);
      return new Map(rows.map((row) => [row.id, row.name]));
    },

    upsert: (id, name, parentIds) =>
      prisma.$transaction(async (tx) => {
        const known = await tx.$queryRawUnsafe<unknown[]>(LOCK_KNOWN, [...(parentIds ?? [])]);
        if (known.length !== (parentIds ?? []).length) return "unknown person";
        const { erasedAt, ...person } = await tx.user.upsert({
          where: { id },
          create: { id, name },
          update: { name },
          select: { id: true, name: true, erasedAt: true },
        });
        // Asked of the row that is locked by now: a nightly copy of a platform's people must not bring a name back.
        if (erasedAt !== null) throw new RollcallError("CONFLICT", "This person was erased; the id is not used again.");
        if (parentIds !== null) {
          await tx.parentLink.deleteMany({ where: { studentId: id } });
          await tx.parentLink.createMany({ data: parentIds.map((parentId) => ({ parentId, studentId: id })) });
        }
        return person;
      }),

    async childrenAmong(parentId, studentIds) {
      const links = await prisma.parentLink.findMany({ where: { parentId, studentId: { in: [...studentIds] } } });
      return new Set(links.map((link) => link.studentId));
    },
  };
}
