import { RollcallError } from "../../domain/errors.ts";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { PeopleStore } from "../../services/people/people.ts";
import type { Queryable } from "../sql.ts";

// SQL: the next value of a sequence. Numbers that people have taken by acting on a token are not free, nor those that an admin gave
// out of turn. As the next number of an index: asked by `exists`, the planner expects to meet one of a person's many rows soon
// and reads the tables.
const NEXT_ID = Prisma.sql`
with next as materialized (select nextval('users_id_seq')::int as id)
select n.id, exists (select from users u where u.id = n.id) as known,
  coalesce(exists (select from token_people t where t.id = n.id)
    or n.id = (select m.actor_id from attendance_marks m where m.actor_id >= n.id order by m.actor_id limit 1)
    or n.id = (select s.scheduled_by from sessions s where s.scheduled_by >= n.id order by s.scheduled_by limit 1)
    or n.id = (select s.ended_by from sessions s where s.ended_by >= n.id order by s.ended_by limit 1), false) as acted
from next n`;

// SQL: a sequence that goes past a gap at once. A platform gives its own ids to all of its people, in a row: going through them
// one by one takes as many round trips. By nextval, for which a role needs no more rights than it has.
const skipKnown = (id: number) => Prisma.sql`
with given as (select ${id}::int as id),
gap as materialized (
  select min(u.id) as last from users u, given g
  where u.id >= g.id and not exists (select from users v where v.id::bigint = u.id::bigint + 1))
select count(nextval('users_id_seq'))::int as skipped
from given cross join gap cross join generate_series(given.id + 1, gap.last)`;

// SQL: a row lock. An erasure waits for it, or it for the erasure: nobody becomes a parent who is being erased. In the order of
// the ids.
const lockKnown = (ids: readonly number[]) => Prisma.sql`
select id from users where id = any(${[...ids]}::int[]) and erased_at is null
order by id
for share`;

export function createPeopleStore(prisma: PrismaClient): PeopleStore {
  return {
    user: (id) => prisma.user.findUnique({ where: { id }, select: { id: true, name: true } }),

    async freeId() {
      for (;;) {
        const [next] = await prisma.$queryRaw<[{ id: number; known: boolean; acted: boolean }]>(NEXT_ID);
        if (next.known) await prisma.$queryRaw(skipKnown(next.id));
        else if (!next.acted) return next.id;
      }
    },

    async names(ids) {
      if (ids.length === 0) return new Map();
      // SQL: people of two tables in one statement, of which the first goes before the second.
      const rows = await prisma.$queryRaw<{ id: number; name: string }[]>`
        with given as (select unnest(${[...ids]}::int[]) as id)
        select u.id, u.name from given join users u using (id)
        union all
        select t.id, t.name from given join token_people t using (id)
        where not exists (select from users u where u.id = t.id)`;
      return new Map(rows.map((row) => [row.id, row.name]));
    },

    upsert: (id, name, parentIds) =>
      prisma.$transaction(async (tx) => {
        const known = await tx.$queryRaw<unknown[]>(lockKnown(parentIds ?? []));
        if (known.length !== (parentIds ?? []).length) return "unknown person";
        const { erasedAt, ...person } = await tx.user.upsert({
          where: { id },
          create: { id, name },
          update: { name },
          select: { id: true, name: true, erasedAt: true },
        });
        // Asked of the row that is locked by now: a nightly copy of a platform's people must not bring a name back.
        if (erasedAt !== null)
          throw new RollcallError("CONFLICT", "This person was erased; their id cannot be used again.");
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

export interface KnownPerson {
  readonly id: number;
  readonly name: string;
  readonly role: "tutor" | "student" | "parent";
}

// SQL: a few of each role in one statement. Of a copy of a platform's database a few are enough.
const PEOPLE = Prisma.join(
  [
    { role: "tutor", evidence: Prisma.sql`sessions s where s.tutor_id = u.id` },
    { role: "student", evidence: Prisma.sql`sessions s where s.student_id = u.id` },
    { role: "parent", evidence: Prisma.sql`parent_links p where p.parent_id = u.id` },
  ].map(
    ({ role, evidence }) => Prisma.sql`
    (select u.id, u.name, ${role}::text as role from users u
    where u.erased_at is null and exists (select from ${evidence}) order by u.id limit 3)`,
  ),
  "\nunion all\n",
);

/** Some people who exist, with the role that their sessions or children give them. */
export const knownPeople = (db: Queryable): Promise<KnownPerson[]> => db.$queryRaw<KnownPerson[]>(PEOPLE);
