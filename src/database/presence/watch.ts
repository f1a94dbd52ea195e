import type { Watch } from "../../domain/presence/lease.ts";
import type { Millis } from "../../domain/model.ts";
import { ms, type Queryable, time } from "../sql.ts";
import type { ParticipantSummary } from "../../domain/presence/presence.ts";
import type { Whiteboard } from "../../services/shared/records.ts";

/** The columns of `presence_watch p` as {@link WatchColumns}. */
export const WATCH_COLUMNS = `${ms("p.alive_at")} as alive_at, ${ms("p.away_from")} as away_from, ${ms("p.away_until")} as away_until`;

export interface WatchColumns {
  alive_at: Millis | null;
  away_from: Millis | null;
  away_until: Millis | null;
}

export function toWatch(row: WatchColumns): Watch | null {
  if (row.alive_at === null) return null;
  const { away_from: from, away_until: until } = row;
  return { aliveAt: row.alive_at, away: from === null || until === null ? null : { from, until } };
}

export async function readWatch(db: Queryable): Promise<Watch | null> {
  const [row] = await db.$queryRawUnsafe<WatchColumns[]>(`select ${WATCH_COLUMNS} from presence_watch p`);
  return row === undefined ? null : toWatch(row);
}

// Goes through where proofs of life do: it locks the tables that they change, as far as they do, and changes no row. A look
// that only wrote its own row saw nobody kept out while an index was built on the ledger, and declared everybody gone.
const TRIAL = `
with spans as (update connection_spans set last_seen_at = last_seen_at where false),
owners as (update connections set socket_id = socket_id where false),
whiteboards as (update whiteboard_sessions set presence_version = presence_version where false),
lessons as (update sessions set status = status where false)`;
const FIRST = `${TRIAL}
insert into presence_watch (id, alive_at, away_from, away_until)
values (1, ${time("$1")}, ${time("$2")}, ${time("$3")})
on conflict do nothing`;
const NEXT = `${TRIAL}
update presence_watch set alive_at = ${time("$1")}, away_from = ${time("$2")}, away_until = ${time("$3")}
where id = 1 and alive_at = ${time("$4")}`;

/** Compare and set, so that of several processes one tells of an absence. */
export async function writeWatch(db: Queryable, seen: Watch | null, next: Watch): Promise<boolean> {
  const values = [next.aliveAt, next.away?.from ?? null, next.away?.until ?? null];
  const rows =
    seen === null
      ? await db.$executeRawUnsafe(FIRST, ...values)
      : await db.$executeRawUnsafe(NEXT, ...values, seen.aliveAt);
  return rows === 1;
}

type RemainsTuple = [
  connectedAt: Millis | null,
  disconnectedAt: Millis | null,
  lastActivityAt: Millis | null,
  totalActiveSeconds: number,
];

const TUPLE = (role: "tutor" | "student") => `json_build_array(${ms(`w.${role}_connected_at`)},
  ${ms(`w.${role}_disconnected_at`)}, ${ms(`w.${role}_last_activity_at`)}, w.${role}_total_active_seconds)`;

/** What is left of `whiteboard_sessions w` after retention, as {@link RemainsColumn}. */
export const REMAINS_COLUMN = `
case when w.evidence_removed_at is not null
  then json_build_object('tutor', ${TUPLE("tutor")}, 'student', ${TUPLE("student")}) end as remains`;

export interface RemainsColumn {
  remains: { readonly tutor: RemainsTuple; readonly student: RemainsTuple } | null;
}

export function toRemains({ remains }: RemainsColumn): Whiteboard["remains"] {
  return remains && { TUTOR: toSummary(remains.tutor), STUDENT: toSummary(remains.student) };
}

/** Only a session that is over loses its evidence: nobody is connected. */
function toSummary(tuple: RemainsTuple): ParticipantSummary {
  const [connectedAt, disconnectedAt, lastActivityAt, totalActiveSeconds] = tuple;
  return { connectedAt, disconnectedAt, lastActivityAt, totalActiveSeconds, openConnections: 0, active: false };
}
