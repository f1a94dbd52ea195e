import type { Millis } from "../../domain/model.ts";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { Place, Slice } from "../../services/sessions/session-store.ts";
import { lockWhiteboards } from "./write.ts";
import { BEGINNING, instant, ms, nextPlace } from "../sql.ts";

const CLOSED = Prisma.raw(ms("w.closed_at"));

// In the words of the partial index: what is over, has evidence, and is old enough. A late report makes it younger again.
const isOld = (before: Millis) => Prisma.sql`
w.closed_at <= ${instant(before)} and w.evidence_removed_at is null
  and (w.tutor_connected_at is not null or w.student_connected_at is not null or w.last_report_at is not null)
  and coalesce(w.last_report_at <= ${instant(before)}, true)`;

/** @see SessionStore.oldEvidence */
export async function readOldEvidence(
  prisma: PrismaClient,
  before: Millis,
  limit: number,
  after: Place | null,
): Promise<Slice<number>> {
  const { at, id } = after ?? BEGINNING;
  // SQL: in the words of a partial index, and a place in two columns.
  const rows = await prisma.$queryRaw<Place[]>`
    select w.id, ${CLOSED} as at
    from whiteboard_sessions w
    join sessions s on s.id = w.session_id
    where ${isOld(before)} and s.status in ('completed', 'cancelled')
      and w.closed_at >= ${instant(at)} and (w.closed_at > ${instant(at)} or w.id > ${id}::int)
    order by w.closed_at, w.id
    limit ${limit}::int`;
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
    // SQL: says which rows it changed. Asked again under the lock: a report, or another process, may have come before it.
    const rows = await tx.$queryRaw<{ id: number }[]>`
      update whiteboard_sessions w set evidence_removed_at = ${instant(at)}, connection_logs = '[]'
      where w.id = any(${locked}::int[]) and ${isOld(before)}
      returning w.id`;
    const removed = rows.map((row) => row.id);
    // SQL: a list of any length is one prepared statement.
    await tx.$executeRaw`delete from connection_spans where whiteboard_session_id = any(${removed}::int[])`;
    await tx.$executeRaw`
      delete from connection_events e using connections c
      where c.id = e.connection_id and c.whiteboard_session_id = any(${removed}::int[])`;
    await tx.$executeRaw`delete from connections where whiteboard_session_id = any(${removed}::int[])`;
    return removed.length;
  });
}
