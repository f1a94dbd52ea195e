import type { PrismaClient } from "../generated/prisma/client.ts";
import type { AccessStore, Related } from "../services/access.ts";

const RELATION = (key: string) => `
select s.id as "sessionId", w.id as "whiteboardSessionId", s.tutor_id as "tutorId", s.student_id as "studentId",
  exists (select from parent_links p where p.parent_id = $2::int and p.student_id = s.student_id) as "isParent"
from sessions s
left join whiteboard_sessions w on w.session_id = s.id
where ${key} = $1::int`;
const BY_SESSION = RELATION("s.id");
const BY_BOARD = RELATION("w.id");

const PARENTS = `
select distinct p.parent_id as "parentId", p.student_id as "studentId"
from unnest($1::int[], $2::int[]) as asked (parent_id, student_id)
join parent_links p using (parent_id, student_id)`;

export function createAccessStore(prisma: PrismaClient): AccessStore {
  return {
    async relation(to, actorId) {
      const [sql, id] = "sessionId" in to ? [BY_SESSION, to.sessionId] : [BY_BOARD, to.whiteboardSessionId];
      const [row] = await prisma.$queryRawUnsafe<Related[]>(sql, id, actorId);
      return row ?? null;
    },
    async parents(pairs) {
      const rows = await prisma.$queryRawUnsafe<{ parentId: number; studentId: number }[]>(
        PARENTS,
        pairs.map((pair) => pair.parentId),
        pairs.map((pair) => pair.studentId),
      );
      return new Set(rows.map((row) => `${row.parentId}/${row.studentId}`));
    },
  };
}
