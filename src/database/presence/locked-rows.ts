import type { Away, Watch } from "../../domain/presence/lease.ts";
import type { Millis } from "../../domain/model.ts";
import { ms, type Queryable, time } from "../sql.ts";
import { toWatch, WATCH_COLUMNS, type WatchColumns } from "./watch.ts";
import { freeWhiteboards } from "./write.ts";

/** The absence in `locked_rooms r` as {@link LockedColumns}. */
export const LOCKED_COLUMNS = `${ms("r.away_from")} as locked_from, ${ms("r.away_until")} as locked_until`;

export interface LockedColumns {
  locked_from: Millis | null;
  locked_until: Millis | null;
}

export function toLocked({ locked_from: from, locked_until: until }: LockedColumns): Away | null {
  return from === null || until === null ? null : { from, until };
}

const SUSPECTS = `
select s.id, ${ms("r.free_at")} as free_at, ${LOCKED_COLUMNS}, ${WATCH_COLUMNS}
from (
  select whiteboard_session_id as id from connection_spans
  where ended_at is null and evidence = 'live' and last_seen_at < ${time("$1")}
  union select whiteboard_session_id from locked_rooms) s
left join locked_rooms r on r.whiteboard_session_id = s.id
left join presence_watch p on p.id = 1
order by s.id`;

/**
 * Whiteboards that one statement looks at. Their heartbeats wait while it runs, and after an outage all whiteboards are suspects.
 */
const ROOMS_BATCH_SIZE = 100;

const FIRST = `
insert into locked_rooms (whiteboard_session_id, free_at, away_from, away_until)
select id, ${time('"aliveAt"')}, ${time('"from"')}, ${time('"until"')}
from json_to_recordset($1::json) as n (id int, "aliveAt" float8, "from" float8, "until" float8)
order by id
on conflict do nothing`;
// Compare and set, as with the servers' own record: of several processes the one that was first is right.
const NEXT = `
update locked_rooms r set free_at = ${time('n."aliveAt"')}, away_from = ${time('n."from"')}, away_until = ${time('n."until"')}
from json_to_recordset($1::json) as n (id int, seen float8, "aliveAt" float8, "from" float8, "until" float8)
where r.whiteboard_session_id = n.id and r.free_at = ${time("n.seen")}`;
const FORGET = `
delete from locked_rooms r using json_to_recordset($1::json) as n (id int, seen float8)
where r.whiteboard_session_id = n.id and r.free_at = ${time("n.seen")}`;

interface Suspect extends LockedColumns, WatchColumns {
  id: number;
  free_at: Millis | null;
}

/** @see LedgerStore.watchLockedRows */
export async function watchLockedRows(
  db: Queryable,
  before: Millis,
  next: (seen: Watch | null, free: boolean, servers: Watch | null) => Watch | null,
): Promise<void> {
  const suspects = await db.$queryRawUnsafe<Suspect[]>(SUSPECTS, before);
  for (let from = 0; from < suspects.length; from += ROOMS_BATCH_SIZE) {
    await watchSome(db, suspects.slice(from, from + ROOMS_BATCH_SIZE), next);
  }
}

async function watchSome(
  db: Queryable,
  suspects: readonly Suspect[],
  next: Parameters<typeof watchLockedRows>[2],
): Promise<void> {
  const ids = suspects.map(({ id }) => id);
  const free = new Set(await freeWhiteboards(db, ids));
  const records = suspects.map((row) => {
    const seen = row.free_at === null ? null : { aliveAt: row.free_at, away: toLocked(row) };
    const record = next(seen, free.has(row.id), toWatch(row));
    return { id: row.id, seen: row.free_at, record, ...record, ...record?.away };
  });
  const write = async (sql: string, rows: typeof records) => {
    if (rows.length > 0) await db.$executeRawUnsafe(sql, JSON.stringify(rows));
  };
  await write(
    FIRST,
    records.filter(({ seen, record }) => seen === null && record !== null),
  );
  await write(
    NEXT,
    records.filter(({ seen, record }) => seen !== null && record !== null),
  );
  await write(
    FORGET,
    records.filter(({ seen, record }) => seen !== null && record === null),
  );
}
