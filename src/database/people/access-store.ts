import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { AccessStore, RelatedSession } from "../../services/shared/access.ts";

const RELATIONS = (join: string) => `
select s.id as "sessionId", w.id as "whiteboardSessionId", s.tutor_id as "tutorId", s.student_id as "studentId",
  exists (select from parent_links p where p.parent_id = a.actor_id and p.student_id = s.student_id) as "isParent"
from unnest($1::int[], $2::int[]) with ordinality as a (id, actor_id, place)
${join}
order by a.place`;
const BY = {
  session: RELATIONS("left join sessions s on s.id = a.id left join whiteboard_sessions w on w.session_id = s.id"),
  whiteboardSession: RELATIONS(
    "left join whiteboard_sessions w on w.id = a.id left join sessions s on s.id = w.session_id",
  ),
};

const PARENTS = `
select distinct p.parent_id as "parentId", p.student_id as "studentId"
from unnest($1::int[], $2::int[]) as asked (parent_id, student_id)
join parent_links p using (parent_id, student_id)`;

const CHILDREN = `
select parent_id as "parentId", student_id as "studentId" from parent_links where parent_id = any($1::int[])`;

export function createAccessStore(prisma: PrismaClient): AccessStore {
  return {
    async relations(by, asked) {
      const rows = await prisma.$queryRawUnsafe<(RelatedSession | { sessionId: null })[]>(
        BY[by],
        asked.map(({ id }) => id),
        asked.map(({ actorId }) => actorId),
      );
      return rows.map((row) => (row.sessionId === null ? null : row));
    },
    async parents(pairs) {
      const rows = await prisma.$queryRawUnsafe<{ parentId: number; studentId: number }[]>(
        PARENTS,
        pairs.map((pair) => pair.parentId),
        pairs.map((pair) => pair.studentId),
      );
      return new Set(rows.map((row) => `${row.parentId}/${row.studentId}`));
    },
    async children(parentIds) {
      const children = new Map(parentIds.map((id) => [id, new Set<number>()]));
      const rows = await prisma.$queryRawUnsafe<{ parentId: number; studentId: number }[]>(CHILDREN, parentIds);
      for (const { parentId, studentId } of rows) children.get(parentId)?.add(studentId);
      return parentIds.map((id) => children.get(id) ?? new Set());
    },
  };
}
