import type { EndReason, Evidence, Millis, ParticipantRole, SessionStatus, Span } from "../../domain/model.ts";
import type { CarriedByRole, LogEntry } from "../../domain/presence.ts";
import type { ReportedEvent } from "../../domain/reports.ts";
import type { Head } from "../../services/ports.ts";
import type { Board, ConnectionRow, Held } from "../../services/records.ts";
import { ms, type Queryable } from "../sql.ts";
import { REMAINS_COLUMN, type RemainsColumn, toRemains } from "./remains.ts";
import { toWatch, WATCH_COLUMNS, type WatchColumns } from "./watch.ts";

type SpanTuple = [
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

interface BoardRow extends WatchColumns, RemainsColumn {
  id: number;
  opened_at: Millis;
  version: number;
  last_report_at: Millis | null;
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

const SPAN = (
  c: string,
) => `json_build_array(${c}.connection_id, ${c}.seq, ${c}.user_id, ${c}.role, ${c}.evidence, ${c}.active,
      ${ms(`${c}.started_at`)}, ${ms(`${c}.last_seen_at`)}, ${ms(`${c}.ended_at`)}, ${c}.end_reason, ${c}.changes)`;

// Both of one moment with what they stand on: a server of an older version, which does not know what is carried, changes
// the version, or the totals, and so takes it out of force.
const CARRIED = `coalesce(w.carried @> jsonb_build_object('version', w.presence_version,
  'tutorSeconds', w.tutor_total_active_seconds, 'studentSeconds', w.student_total_active_seconds), false)`;

const WHOLE = `
  null::json as carried, null::json as log,
  (select json_agg(${SPAN("c")} order by c.connection_id, c.seq)
    from connection_spans c where c.whiteboard_session_id = w.id) as spans`;
// In two parts, so that the open ones are found by their own index, and the others only looked for where they are needed.
const OPEN = (log: "log" | "no log") => `
  case when ${CARRIED} then w.carried end as carried,
  ${log === "log" ? `case when ${CARRIED} then w.connection_logs end` : "null::json"} as log,
  (select json_agg(${SPAN("c")} order by c.connection_id, c.seq) from (
    select * from connection_spans where whiteboard_session_id = w.id and ended_at is null
    union all
    select * from connection_spans where whiteboard_session_id = w.id and ended_at is not null and not ${CARRIED}) c) as spans`;

// One statement, so that version and spans are of one moment; one text, since driver, adapter and client would convert
// every column of every row, which took longer than all that is done with them.
const BOARDS = (key: "id" | "session_id", spans: string) => `
select coalesce(json_agg(b order by b.id), '[]')::text as boards from (
select w.id, ${ms("w.opened_at")} as opened_at, w.presence_version as version, ${ms("w.last_report_at")} as last_report_at,
  s.id as session_id, s.tutor_id, s.student_id, t.name as tutor_name, u.name as student_name, s.status,
  ${ms("s.scheduled_start")} as scheduled_start, ${ms("s.scheduled_end")} as scheduled_end,
  ${ms("s.created_at")} as created_at, ${ms("s.ended_at")} as ended_at, s.ended_by is not null as ended_on_request,
  ${WATCH_COLUMNS}, ${REMAINS_COLUMN}, ${spans}
from whiteboard_sessions w
join sessions s on s.id = w.session_id
join users t on t.id = s.tutor_id
join users u on u.id = s.student_id
left join presence_watch p on p.id = 1
where w.${key} = any($1::int[])) as b`;
const PRESENCE = BOARDS("id", OPEN("no log"));
const TO_CHANGE = BOARDS("id", OPEN("log"));
const WHOLE_BY_ID = BOARDS("id", WHOLE);
const WHOLE_BY_SESSION = BOARDS("session_id", WHOLE);

/** Whiteboard sessions with session, people and open spans; those that do not exist are left out. */
export const readBoards = async (db: Queryable, ids: readonly number[]) => (await read(db, PRESENCE, ids)).map(toBoard);

/** With all spans. */
export async function readWholeBoards(db: Queryable, ids: readonly number[]): Promise<Board[]> {
  return (await read(db, WHOLE_BY_ID, ids)).map(toBoard);
}

/** The same by session; sessions without a whiteboard are left out. */
export async function readBoardsOfSessions(db: Queryable, sessionIds: readonly number[]): Promise<Board[]> {
  return (await read(db, WHOLE_BY_SESSION, sessionIds)).map(toBoard);
}

/** What a change needs: the open spans and the stored log where the closed ones are carried, else all spans. */
export async function readBoardsToChange(
  db: Queryable,
  ids: readonly number[],
): Promise<{ board: Board; log: LogEntry[] | null }[]> {
  return (await read(db, TO_CHANGE, ids)).map((row) => ({ board: toBoard(row), log: row.log }));
}

async function read(db: Queryable, boards: string, ids: readonly number[]): Promise<BoardRow[]> {
  if (ids.length === 0) return [];
  const [row] = await db.$queryRawUnsafe<[{ boards: string }]>(boards, ids);
  return JSON.parse(row.boards) as BoardRow[];
}

function toBoard(row: BoardRow): Board {
  return {
    id: row.id,
    openedAt: row.opened_at,
    version: row.version,
    lastReportAt: row.last_report_at,
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
  };
}

function toSpan(tuple: SpanTuple): Span {
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

const HEADS = `
select coalesce(json_agg(json_build_array(w.id, w.presence_version, s.tutor_id, s.student_id)), '[]')::text as heads
from whiteboard_sessions w
join sessions s on s.id = w.session_id
where w.id = any($1::int[])`;

export async function readHeads(db: Queryable, ids: readonly number[]): Promise<Head[]> {
  const [row] = await db.$queryRawUnsafe<[{ heads: string }]>(HEADS, ids);
  const heads = JSON.parse(row.heads) as [id: number, version: number, tutorId: number, studentId: number][];
  return heads.map(([id, version, tutorId, studentId]) => ({ id, version, tutorId, studentId }));
}

const CONNECTIONS = `
select id, whiteboard_session_id as "whiteboardSessionId", user_id as "userId", upper(role) as role,
  upper(evidence) as evidence, socket_id as "socketId"
from connections
where id = any($1::uuid[])`;

export async function readConnections(db: Queryable, ids: readonly string[]): Promise<ConnectionRow[]> {
  return ids.length === 0 ? [] : db.$queryRawUnsafe<ConnectionRow[]>(CONNECTIONS, ids);
}

const FACTS_OF_CONNECTIONS = `
select coalesce(json_agg(json_build_object('id', n.id, 'whiteboardSessionId', n.whiteboard_session_id,
  'userId', n.user_id, 'role', upper(n.role), 'evidence', upper(n.evidence), 'socketId', n.socket_id,
  'tail', (select ${SPAN("c")} from connection_spans c where c.connection_id = n.id order by c.seq desc limit 1))), '[]')::text as facts
from connections n
where n.id = any($1::uuid[])`;

/** Connections, each with its latest span. */
export async function readConnectionFacts(
  db: Queryable,
  ids: readonly string[],
): Promise<{ row: ConnectionRow; tail: Span | null }[]> {
  if (ids.length === 0) return [];
  const [{ facts }] = await db.$queryRawUnsafe<[{ facts: string }]>(FACTS_OF_CONNECTIONS, ids);
  type Row = ConnectionRow & { tail: SpanTuple | null };
  return (JSON.parse(facts) as Row[]).map(({ tail, ...row }) => ({ row, tail: tail && toSpan(tail) }));
}

const HELD = `
select whiteboard_session_id as "whiteboardSessionId", user_id as "userId",
  count(*) filter (where evidence = 'live')::int as live, count(*) filter (where evidence <> 'live')::int as reported,
  coalesce(json_agg(json_build_object('id', id, 'at', ${ms("released_at")}) order by released_at, id)
    filter (where released_at is not null), '[]') as released
from connections
where whiteboard_session_id = any($1::int[])
group by whiteboard_session_id, user_id`;

/** The connections that each participant has had, by whiteboard session and user. */
export async function readHeld(db: Queryable, ids: readonly number[]): Promise<Map<number, Map<number, Held>>> {
  const held = new Map<number, Map<number, Held>>();
  type Row = Held & { whiteboardSessionId: number; userId: number };
  for (const { whiteboardSessionId, userId, ...row } of await db.$queryRawUnsafe<Row[]>(HELD, ids)) {
    const known = held.get(whiteboardSessionId);
    if (known === undefined) held.set(whiteboardSessionId, new Map([[userId, row]]));
    else known.set(userId, row);
  }
  return held;
}

const EVENTS = `
select connection_id as "connectionId", ${ms("at")} as at, kind, activity
from connection_events
where connection_id = any($1::uuid[])`;

/** All events ever reported of some connections. */
export async function readEvents(db: Queryable, ids: readonly string[]): Promise<Map<string, ReportedEvent[]>> {
  const events = new Map<string, ReportedEvent[]>();
  if (ids.length === 0) return events;
  const rows = await db.$queryRawUnsafe<(ReportedEvent & { connectionId: string })[]>(EVENTS, ids);
  for (const { connectionId, ...event } of rows) {
    const known = events.get(connectionId);
    if (known === undefined) events.set(connectionId, [event]);
    else known.push(event);
  }
  return events;
}

const SILENT = `
select distinct whiteboard_session_id as id
from connection_spans
where ended_at is null and evidence <> 'intervals' and last_seen_at < to_timestamp($1::float8 / 1000)
order by 1
limit $2::int`;

export async function silentSince(db: Queryable, before: Millis, limit: number): Promise<number[]> {
  return (await db.$queryRawUnsafe<{ id: number }[]>(SILENT, before, limit)).map((row) => row.id);
}
