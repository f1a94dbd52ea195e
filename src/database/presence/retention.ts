import type { Millis } from "../../domain/model.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { Place, Slice } from "../../services/sessions/session-store.ts";
import { lockWhiteboards } from "./write.ts";
import { BEGINNING, ms, nextPlace, type Queryable, time } from "../sql.ts";
// In the words of the partial index: what is over, has evidence, and is old enough. A late report makes it younger again.
const OLD = `
w.closed_at <= ${time("$1")} and w.evidence_removed_at is null
  and (w.tutor_connected_at is not null or w.student_connected_at is not null or w.last_report_at is not null)
  and coalesce(w.last_report_at <= ${time("$1")}, true)`;
const FIND = `
select w.id, ${ms("w.closed_at")} as at
from whiteboard_sessions w
join sessions s on s.id = w.session_id
where ${OLD} and s.status in ('completed', 'cancelled')
  and w.closed_at >= ${time("$3")} and (w.closed_at > ${time("$3")} or w.id > $4::int)
order by w.closed_at, w.id
limit $2::int`;

// Asked again under the lock: a report, or another process, may have come before it.
const MARK = `
update whiteboard_sessions w set evidence_removed_at = ${time("$2")}, connection_logs = '[]'
where w.id = any($3::int[]) and ${OLD}
returning w.id`;

const REMOVALS = [
  "delete from connection_spans where whiteboard_session_id = any($1::int[])",
  `delete from connection_events e using connections c
  where c.id = e.connection_id and c.whiteboard_session_id = any($1::int[])`,
  "delete from connections where whiteboard_session_id = any($1::int[])",
];

/** @see SessionStore.oldEvidence */
export async function readOldEvidence(
  prisma: PrismaClient,
  before: Millis,
  limit: number,
  after: Place | null,
): Promise<Slice<number>> {
  const { at, id } = after ?? BEGINNING;
  const rows = await prisma.$queryRawUnsafe<Place[]>(FIND, before, limit, at, id);
  return { items: rows.map((row) => row.id), next: nextPlace(rows, limit) };
}

/** @see SessionStore.removeEvidence */
export function removeEvidence(
  prisma: PrismaClient,
  ids: readonly number[],
  before: Millis,
  at: Millis,
): Promise<number> {
  return prisma.$transaction(async (tx) => {
    const locked = await lockWhiteboards(tx, ids, true);
    if (locked.length === 0) return 0;
    const removed = await idsOf(tx, MARK, before, at, locked);
    for (const sql of REMOVALS) await tx.$executeRawUnsafe(sql, removed);
    return removed.length;
  });
}

async function idsOf(tx: Queryable, sql: string, ...values: unknown[]): Promise<number[]> {
  return (await tx.$queryRawUnsafe<{ id: number }[]>(sql, ...values)).map((row) => row.id);
}
