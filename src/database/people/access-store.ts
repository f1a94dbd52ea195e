import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { AccessStore, RelatedSession } from "../../services/shared/access.ts";

const SESSION_OF = {
  session: Prisma.sql`left join sessions s on s.id = a.id left join whiteboard_sessions w on w.session_id = s.id`,
  whiteboardSession: Prisma.sql`left join whiteboard_sessions w on w.id = a.id left join sessions s on s.id = w.session_id`,
};

export function createAccessStore(prisma: PrismaClient): AccessStore {
  return {
    // SQL: as many answers as questions, in their order, in one statement for all who ask at once.
    async relations(by, asked) {
      const [ids, actorIds] = [asked.map(({ id }) => id), asked.map(({ actorId }) => actorId)];
      const rows = await prisma.$queryRaw<(RelatedSession | { sessionId: null })[]>`
        select s.id as "sessionId", w.id as "whiteboardSessionId", s.tutor_id as "tutorId", s.student_id as "studentId",
          exists (select from parent_links p where p.parent_id = a.actor_id and p.student_id = s.student_id) as "isParent"
        from unnest(${ids}::int[], ${actorIds}::int[]) with ordinality as a (id, actor_id, place)
        ${SESSION_OF[by]}
        order by a.place`;
      return rows.map((row) => (row.sessionId === null ? null : row));
    },

    // SQL: pairs, which the client could only ask for one by one.
    async parents(pairs) {
      const [parentIds, studentIds] = [pairs.map((pair) => pair.parentId), pairs.map((pair) => pair.studentId)];
      const rows = await prisma.$queryRaw<{ parentId: number; studentId: number }[]>`
        select distinct p.parent_id as "parentId", p.student_id as "studentId"
        from unnest(${parentIds}::int[], ${studentIds}::int[]) as asked (parent_id, student_id)
        join parent_links p using (parent_id, student_id)`;
      return new Set(rows.map((row) => `${row.parentId}/${row.studentId}`));
    },

    async children(parentIds) {
      const children = new Map(parentIds.map((id) => [id, new Set<number>()]));
      // SQL: a list of any length is one prepared statement.
      const rows = await prisma.$queryRaw<{ parentId: number; studentId: number }[]>`
        select parent_id as "parentId", student_id as "studentId"
        from parent_links where parent_id = any(${[...parentIds]}::int[])`;
      for (const { parentId, studentId } of rows) children.get(parentId)?.add(studentId);
      return parentIds.map((id) => children.get(id) ?? new Set());
    },
  };
}
