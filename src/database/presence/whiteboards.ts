import type { EndReason, Evidence, Millis, ParticipantRole, SessionStatus, Span } from "../../domain/model.ts";
import type { CarriedByRole, LogEntry } from "../../domain/presence/presence.ts";
import type { Whiteboard } from "../../services/shared/records.ts";
import { ms, type Queryable } from "../sql.ts";
import { REMAINS_COLUMN, type RemainsColumn, toRemains, toWatch, WATCH_COLUMNS, type WatchColumns } from "./watch.ts";
import { LOCKED_COLUMNS, type LockedColumns, toLocked } from "./locked-rows.ts";

export type SpanTuple = [
  connectionId: string,
  seq: number,
  userId: number,
  role: string,
  evidence: string,
  active: boolean,
  startedAt: Millis,
  lastSeenAt: Millis,
  endedAt: Millis | null,
  endReason: EndReason | null,
  /** In milliseconds after the start. */
  changes: Millis[],
];

interface WhiteboardRow extends WatchColumns, LockedColumns, RemainsColumn {
  id: number;
  opened_at: Millis;
  version: number;
  last_report_at: Millis | null;
  tracked_from: Millis | null;
  times_repaired: boolean;
  session_id: number;
  tutor_id: number;
  student_id: number;
  tutor_name: string;
  student_name: string;
  status: string;
  scheduled_start: Millis;
  scheduled_end: Millis;
  created_at: Millis;
  ended_at: Millis | null;
  ended_on_request: boolean;
  spans: SpanTuple[] | null;
  carried: CarriedByRole | null;
  log: LogEntry[] | null;
}

/** SQL of a row of `connection_spans` as {@link SpanTuple}. */
export const SPAN = (
  c: string,
) => `json_build_array(${c}.connection_id, ${c}.seq, ${c}.user_id, ${c}.role, ${c}.evidence, ${c}.active,
      ${ms(`${c}.started_at`)}, ${ms(`${c}.last_seen_at`)}, ${ms(`${c}.ended_at`)}, ${c}.end_reason, ${c}.changes)`;

// Both of one moment with what they stand on: a server of an older version, which does not know what is carried, changes
// the version, or the totals, and so takes it out of force.
const IN_FORCE = `coalesce(w.carried @> jsonb_build_object('version', w.presence_version,
  'tutorSeconds', w.tutor_total_active_seconds, 'studentSeconds', w.student_total_active_seconds), false)`;

/** SQL of what is carried in `whiteboard_sessions w`; null where it is not in force. */
export const CARRIED = `case when ${IN_FORCE} then w.carried end`;

const WHOLE = `
  null::json as carried, null::json as log,
  (select json_agg(${SPAN("c")} order by c.connection_id, c.seq)
    from connection_spans c where c.whiteboard_session_id = w.id) as spans`;
// In two parts, so that the open ones are found by their own index, and the others only looked for where they are needed.
const OPEN = (log: "log" | "no log") => `
  ${CARRIED} as carried,
  ${log === "log" ? `case when ${IN_FORCE} then w.connection_logs end` : "null::json"} as log,
  (select json_agg(${SPAN("c")} order by c.connection_id, c.seq) from (
    select * from connection_spans where whiteboard_session_id = w.id and ended_at is null
    union all
    select * from connection_spans where whiteboard_session_id = w.id and ended_at is not null and not ${IN_FORCE}) c) as spans`;

// One statement, so that version and spans are of one moment; one text, since driver, adapter and client would convert
// every column of every row, which took longer than all that is done with them.
const BOARDS = (key: "id" | "session_id", spans: string) => `
select coalesce(json_agg(b order by b.id), '[]')::text as whiteboards from (
select w.id, ${ms("w.opened_at")} as opened_at, w.presence_version as version, ${ms("w.last_report_at")} as last_report_at,
  ${ms("w.tracked_from")} as tracked_from, exists (select from repaired_times r where r.session_id = s.id) as times_repaired,
  s.id as session_id, s.tutor_id, s.student_id, t.name as tutor_name, u.name as student_name, s.status,
  ${ms("s.scheduled_start")} as scheduled_start, ${ms("s.scheduled_end")} as scheduled_end,
  ${ms("s.created_at")} as created_at, ${ms("s.ended_at")} as ended_at, s.ended_by is not null as ended_on_request,
  ${WATCH_COLUMNS}, ${LOCKED_COLUMNS}, ${REMAINS_COLUMN}, ${spans}
from whiteboard_sessions w
join sessions s on s.id = w.session_id
join users t on t.id = s.tutor_id
join users u on u.id = s.student_id
left join presence_watch p on p.id = 1
left join locked_rooms r on r.whiteboard_session_id = w.id
where w.${key} = any($1::int[])) as b`;
const PRESENCE = BOARDS("id", OPEN("no log"));
const TO_CHANGE = BOARDS("id", OPEN("log"));
const WHOLE_BY_ID = BOARDS("id", WHOLE);
const WHOLE_BY_SESSION = BOARDS("session_id", WHOLE);

/** Whiteboard sessions with session, people and open spans; those that do not exist are left out. */
export const readWhiteboards = async (db: Queryable, ids: readonly number[]) =>
  (await read(db, PRESENCE, ids)).map(toWhiteboard);

/** With all spans. */
export async function readWholeWhiteboards(db: Queryable, ids: readonly number[]): Promise<Whiteboard[]> {
  return (await read(db, WHOLE_BY_ID, ids)).map(toWhiteboard);
}

/** The same by session; sessions without a whiteboard are left out. */
export async function readWhiteboardsOfSessions(db: Queryable, sessionIds: readonly number[]): Promise<Whiteboard[]> {
  return (await read(db, WHOLE_BY_SESSION, sessionIds)).map(toWhiteboard);
}

/** What a change needs: the open spans and the stored log where the closed ones are carried, else all spans. */
export async function readWhiteboardsToChange(
  db: Queryable,
  ids: readonly number[],
): Promise<{ whiteboard: Whiteboard; log: LogEntry[] | null }[]> {
  return (await read(db, TO_CHANGE, ids)).map((row) => ({ whiteboard: toWhiteboard(row), log: row.log }));
}

async function read(db: Queryable, whiteboards: string, ids: readonly number[]): Promise<WhiteboardRow[]> {
  if (ids.length === 0) return [];
  const [row] = await db.$queryRawUnsafe<[{ whiteboards: string }]>(whiteboards, ids);
  return JSON.parse(row.whiteboards) as WhiteboardRow[];
}

function toWhiteboard(row: WhiteboardRow): Whiteboard {
  return {
    id: row.id,
    openedAt: row.opened_at,
    version: row.version,
    lastReportAt: row.last_report_at,
    trackedFrom: row.tracked_from,
    timesRepaired: row.times_repaired,
    session: {
      id: row.session_id,
      tutorId: row.tutor_id,
      studentId: row.student_id,
      status: row.status.toUpperCase() as SessionStatus,
      scheduledStart: row.scheduled_start,
      scheduledEnd: row.scheduled_end,
      createdAt: row.created_at,
      endedAt: row.ended_at,
      endedOnRequest: row.ended_on_request,
    },
    tutor: { id: row.tutor_id, name: row.tutor_name },
    student: { id: row.student_id, name: row.student_name },
    spans: (row.spans ?? []).map(toSpan),
    carried: row.carried,
    remains: toRemains(row),
    watch: toWatch(row),
    locked: toLocked(row),
  };
}

export function toSpan(tuple: SpanTuple): Span {
  const [connectionId, seq, userId, role, evidence, active, startedAt, lastSeenAt, endedAt, endReason, changes] = tuple;
  return {
    connectionId,
    seq,
    userId,
    role: role.toUpperCase() as ParticipantRole,
    evidence: evidence.toUpperCase() as Evidence,
    active,
    startedAt,
    lastSeenAt,
    endedAt,
    endReason,
    ...(changes.length === 0 ? {} : { changes: changes.map((offset) => startedAt + offset) }),
  };
}
