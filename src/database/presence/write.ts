import type { ParticipantRole, Millis, Span } from "../../domain/model.ts";
import { RollcallError } from "../../domain/errors.ts";
import { type LogEntry, summarise } from "../../domain/presence/presence.ts";
import type { Whiteboard, ConnectionRow, LedgerChange, SessionEnd } from "../../services/shared/records.ts";
import { type Queryable, time } from "../sql.ts";

// Lock order, everywhere: by whiteboard session id, of each pair the session first. Heartbeats lock whiteboard sessions
// alone, in the same order, and marks lock one session alone, so that no two writers can wait for each other.
const LOCK = (also = "") => `
select w.id
from whiteboard_sessions w
join sessions s on s.id = w.session_id
where w.id = any($1::int[]) ${also}
order by w.id
for no key update of s, w`;
const LOCK_ALL = LOCK();

// The open spans and their connections too: who decides about many whiteboards writes them, and would wait for one that somebody
// keeps. Compared as sets, once: counted whiteboard by whiteboard, 4,000 spans took 2.3 s.
const LOCK_FREE = (also = "") => `
with free as materialized (${LOCK(also)} skip locked),
open as materialized (
  select c.whiteboard_session_id as id, c.connection_id, c.seq
  from connection_spans c
  where c.whiteboard_session_id in (select id from free) and c.ended_at is null),
held as materialized (
  select o.* from open o
  cross join lateral (
    select from connection_spans c join connections n on n.id = c.connection_id
    where c.connection_id = o.connection_id and c.seq = o.seq for no key update of c, n skip locked) c)
select id from free
where id not in (select id from (select * from open except select * from held) kept)
order by id`;

const LOCK_THOSE_FREE = LOCK_FREE();
// One process looks at a time: it would take the look of another one for somebody who keeps these whiteboards.
const LOOK = LOCK_FREE("and (select pg_advisory_xact_lock(72707370)) is not null");

/** Answers with the ids that are locked now: those that exist, and with `skipLocked` nobody else holds anything of. */
export async function lockWhiteboards(db: Queryable, ids: readonly number[], skipLocked: boolean): Promise<number[]> {
  const rows = await db.$queryRawUnsafe<{ id: number }[]>(skipLocked ? LOCK_THOSE_FREE : LOCK_ALL, ids);
  return rows.map((row) => row.id);
}

/** Of these the ids that nobody else holds anything of. What it locks it lets go at once, outside of a transaction. */
export async function freeWhiteboards(db: Queryable, ids: readonly number[]): Promise<number[]> {
  return (await db.$queryRawUnsafe<{ id: number }[]>(LOOK, ids)).map((row) => row.id);
}

const INSERT_CONNECTIONS = `
insert into connections (id, whiteboard_session_id, user_id, role, evidence, socket_id)
select id, "whiteboardSessionId", "userId", lower(role), lower(evidence), "socketId"
from json_to_recordset($1::json) as c (
  id uuid, "whiteboardSessionId" int, "userId" int, role text, evidence text, "socketId" uuid)
order by id
on conflict (id) do nothing`;

/** @throws CONFLICT when another whiteboard session took one of the ids a moment before */
export async function insertConnections(db: Queryable, rows: readonly ConnectionRow[]): Promise<void> {
  if (rows.length === 0) return;
  const inserted = await db.$executeRawUnsafe(INSERT_CONNECTIONS, JSON.stringify(rows));
  if (inserted !== rows.length) throw new RollcallError("CONFLICT", "This connection id is in use.");
}

// In the order of the ids, as all who lock several of them: a drain releases beside the whiteboards' locks.
const SET_OWNERS = `
with o as materialized (
  select c.id, o.socket_id
  from unnest($1::uuid[], $2::uuid[]) as o (id, socket_id)
  join connections c on c.id = o.id
  order by c.id
  for no key update of c)
update connections c set socket_id = o.socket_id, released_at = null from o where c.id = o.id`;

interface Owned {
  readonly connectionId: string;
  readonly socketId: string;
}

export async function setOwners(db: Queryable, owned: readonly Owned[]): Promise<void> {
  if (owned.length === 0) return;
  await db.$executeRawUnsafe(
    SET_OWNERS,
    owned.map((each) => each.connectionId),
    owned.map((each) => each.socketId),
  );
}

const RELEASE = `
with r as materialized (
  select c.id
  from unnest($1::uuid[], $2::uuid[]) as r (id, socket_id)
  join connections c on c.id = r.id and c.socket_id = r.socket_id
  order by c.id
  for no key update of c)
update connections c set released_at = ${time("$3")} from r where c.id = r.id`;

export async function release(db: Queryable, owned: readonly Owned[], at: Millis): Promise<void> {
  await db.$executeRawUnsafe(
    RELEASE,
    owned.map((each) => each.connectionId),
    owned.map((each) => each.socketId),
    at,
  );
}

// In the order of seq: a connection's old span is closed before the next one opens, as the unique index on open spans wants.
const WRITE_SPANS = `
insert into connection_spans (connection_id, seq, whiteboard_session_id, user_id, role, evidence, active, changes,
  started_at, last_seen_at, ended_at, end_reason)
select "connectionId", seq, "whiteboardSessionId", "userId", lower(role), lower(evidence), active,
  coalesce((select array_agg((at - "startedAt")::int order by n) from unnest(changes) with ordinality as c (at, n)), '{}'),
  ${time('"startedAt"')}, ${time('"lastSeenAt"')}, ${time('"endedAt"')}, "endReason"
from json_to_recordset($1::json) as s (
  "connectionId" uuid, seq int, "whiteboardSessionId" int, "userId" int, role text, evidence text, active boolean,
  changes float8[], "startedAt" float8, "lastSeenAt" float8, "endedAt" float8, "endReason" text)
order by "connectionId", seq
on conflict (connection_id, seq) do update set
  active = excluded.active, changes = excluded.changes, last_seen_at = excluded.last_seen_at, ended_at = excluded.ended_at, end_reason = excluded.end_reason`;

export async function writeSpans(
  db: Queryable,
  spans: readonly (Span & { readonly whiteboardSessionId: number })[],
): Promise<void> {
  if (spans.length === 0) return;
  await db.$executeRawUnsafe(WRITE_SPANS, JSON.stringify(spans));
}

const REMOVE_SPANS = "delete from connection_spans where connection_id = any($1::uuid[])";

/** For reported connections, whose spans are derived anew from their events. */
export async function removeSpans(db: Queryable, connectionIds: readonly string[]): Promise<void> {
  if (connectionIds.length > 0) await db.$executeRawUnsafe(REMOVE_SPANS, connectionIds);
}

const ROLE_COLUMNS = (role: "tutor" | "student") => `
  ${role}_connected_at = ${time(`b.${role}->>'connectedAt'`)},
  ${role}_disconnected_at = ${time(`b.${role}->>'disconnectedAt'`)},
  ${role}_last_activity_at = ${time(`b.${role}->>'lastActivityAt'`)},
  ${role}_total_active_seconds = (b.${role}->>'totalActiveSeconds')::int`;

const WRITE_BOARDS = `
update whiteboard_sessions w set ${ROLE_COLUMNS("tutor")}, ${ROLE_COLUMNS("student")},
  presence_version = b.version,
  connection_logs = coalesce(b.log, w.connection_logs),
  carried = b.carried
from json_to_recordset($1::json) as b (id int, version int, tutor jsonb, student jsonb, log jsonb, carried jsonb)
where w.id = b.id`;

/** A whiteboard after its change; `log` null: nobody came or went. */
export interface ChangedWhiteboard {
  readonly whiteboard: Whiteboard;
  readonly log: readonly LogEntry[] | null;
}

/** Brings the columns of `whiteboard_sessions` up to date (D4), and what is carried: all of them derive from the spans. */
export async function writeWhiteboards(
  db: Queryable,
  changed: readonly ChangedWhiteboard[],
  now: Millis,
): Promise<void> {
  if (changed.length === 0) return;
  // As the ledger stands: a connection is open until its end is written, whatever its lease says by now.
  const columns = ({ spans, carried }: Whiteboard, role: ParticipantRole) =>
    summarise(spans, role, now, { length: Number.POSITIVE_INFINITY, away: null }, carried?.[role]);
  const rows = changed.map(({ whiteboard, log }) => {
    const { id, version } = whiteboard;
    const [tutor, student] = [columns(whiteboard, "TUTOR"), columns(whiteboard, "STUDENT")];
    const [tutorSeconds, studentSeconds] = [tutor.totalActiveSeconds, student.totalActiveSeconds];
    const carried = whiteboard.carried && { version, tutorSeconds, studentSeconds, ...whiteboard.carried };
    return { id, version, tutor, student, log, carried };
  });
  await db.$executeRawUnsafe(WRITE_BOARDS, JSON.stringify(rows));
}

const START = "update sessions set status = 'in_progress' where id = any($1::int[])";
const FINISH = `
with finished as (
  update sessions set status = $2::text, ended_at = ${time("$3")}, ended_by = $4::int where id = $1::int returning id)
update whiteboard_sessions w set closed_at = ${time("$5")} from finished f where w.session_id = f.id`;

export async function startSessions(db: Queryable, sessionIds: readonly number[]): Promise<void> {
  if (sessionIds.length > 0) await db.$executeRawUnsafe(START, sessionIds);
}

export async function finishSession(db: Queryable, sessionId: number, change: SessionEnd): Promise<void> {
  switch (change.status) {
    case "COMPLETED": {
      const { endedAt, endedBy } = change;
      await db.$executeRawUnsafe(FINISH, sessionId, "completed", endedAt, endedBy, endedAt);
      return;
    }
    case "CANCELLED":
      await db.$executeRawUnsafe(FINISH, sessionId, "cancelled", null, null, change.closedAt);
  }
}

const INSERT_EVENTS = `
insert into connection_events (connection_id, at, kind, activity, reported_by, reported_at)
select "connectionId", ${time("at")}, kind, activity, $2::int, ${time("$3")}
from json_to_recordset($1::json) as e ("connectionId" uuid, at float8, kind text, activity text)
on conflict do nothing`;
const TOUCH_REPORT = `update whiteboard_sessions set last_report_at = ${time("$2")} where id = $1::int`;

export async function writeReport(
  db: Queryable,
  whiteboardSessionId: number,
  report: NonNullable<LedgerChange<unknown>["report"]>,
): Promise<void> {
  await db.$executeRawUnsafe(INSERT_EVENTS, JSON.stringify(report.events), report.by, report.at);
  await db.$executeRawUnsafe(TOUCH_REPORT, whiteboardSessionId, report.at);
}
