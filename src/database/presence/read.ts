import type { Millis, Span } from "../../domain/model.ts";
import type { ReportedEvent } from "../../domain/presence/reports.ts";
import type { Head } from "../../services/shared/ports.ts";
import type { ConnectionRow, Held } from "../../services/shared/records.ts";
import { ms, type Queryable } from "../sql.ts";
import { SPAN, type SpanTuple, toSpan } from "./whiteboards.ts";

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
  count(*)::int as count, count(*) filter (where evidence <> 'live')::int as reported,
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
  and whiteboard_session_id > $3::int
order by 1
limit $2::int`;

export async function silentSince(db: Queryable, before: Millis, limit: number, after: number): Promise<number[]> {
  return (await db.$queryRawUnsafe<{ id: number }[]>(SILENT, before, limit, after)).map((row) => row.id);
}
