import { expect } from "vitest";
import type { ParticipantRole, Span } from "../../src/domain/model.ts";
import { connectionLog, type LogEntry, summarise } from "../../src/domain/presence/presence.ts";
import type { TestApp } from "./app.ts";

type Row = Record<string, unknown>;

const query = <T>(app: TestApp, sql: string, ...values: unknown[]) =>
  app.store.database.prisma.$queryRawUnsafe<T[]>(sql, ...values);

const clockTime = (column: string) => `to_char(${column} at time zone 'UTC', 'HH24:MI:SS.MS') as ${column}`;
const TIMES = ["connected_at", "disconnected_at", "last_activity_at"];

/** One participant's columns (D4) as plain SQL sees them, times as HH:MM:SS.mmm, without the prefix. */
export async function columns(app: TestApp, whiteboard: string, role: "tutor" | "student"): Promise<Row> {
  const times = TIMES.map((column) => clockTime(`${role}_${column}`)).join(", ");
  const sql = `select ${times}, ${role}_total_active_seconds from whiteboard_sessions where id = $1::int`;
  const [row] = await query<Row>(app, sql, Number(whiteboard));
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name.slice(role.length + 1), value]));
}

/** `connection_logs`, as stored. */
export async function log(app: TestApp, whiteboard: string): Promise<LogEntry[]> {
  const sql = "select connection_logs as log from whiteboard_sessions where id = $1::int";
  const [row] = await query<{ log: LogEntry[] }>(app, sql, Number(whiteboard));
  return row?.log ?? [];
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const ROLES = ["tutor", "student"];
// One statement: sockets that closed may still be writing.
const BOARDS = `
select id, connection_logs as log, ${ROLES.map((role) => `${role}_total_active_seconds as ${role}_total`).join(", ")},
  ${ROLES.flatMap((role) => TIMES.map((time) => `${ms(`${role}_${time}`)} as ${role}_${time}`)).join(", ")},
  (select json_agg(json_build_object('connectionId', connection_id, 'seq', seq, 'userId', user_id, 'role', upper(role),
      'evidence', upper(evidence), 'active', active, 'startedAt', ${ms("started_at")},
      'lastSeenAt', ${ms("last_seen_at")}, 'endedAt', ${ms("ended_at")}, 'endReason', end_reason,
      'changes', (select json_agg(${ms("started_at")} + c) from unnest(changes) c)))
    from connection_spans s where s.whiteboard_session_id = w.id) as spans
from whiteboard_sessions w`;

/** Compares every whiteboard session's columns with what its spans say (D4, D6). */
export async function expectTrueColumns(app: TestApp): Promise<void> {
  for (const whiteboard of await query<Row & { log: LogEntry[]; spans: Span[] | null }>(app, BOARDS)) {
    const spans = (whiteboard.spans ?? []).map(({ changes, ...span }) =>
      changes == null ? span : { ...span, changes },
    );
    for (const role of ["TUTOR", "STUDENT"] as const) expectTrueRole(whiteboard, spans, role, app.clock.now());
    const byText = (entries: readonly LogEntry[]) => entries.map((entry) => JSON.stringify(sorted(entry))).sort();
    expect(byText(whiteboard.log)).toEqual(byText(connectionLog(spans)));
    const times = whiteboard.log.map((entry) => entry.timestamp);
    expect(times).toEqual([...times].sort());
  }
}

function expectTrueRole(whiteboard: Row, spans: readonly Span[], role: ParticipantRole, now: number): void {
  const prefix = role.toLowerCase();
  const said = summarise(spans, role, now, { length: Number.POSITIVE_INFINITY, away: null });
  expect([whiteboard[`${prefix}_connected_at`], whiteboard[`${prefix}_disconnected_at`]]).toEqual([
    said.connectedAt,
    said.disconnectedAt,
  ]);
  expect(whiteboard[`${prefix}_last_activity_at`]).toBe(said.lastActivityAt);
  // Brought up to date at every close: behind while a connection is open.
  if (said.openConnections === 0) expect(whiteboard[`${prefix}_total`]).toBe(said.totalActiveSeconds);
  else expect(whiteboard[`${prefix}_total`]).toBeLessThanOrEqual(said.totalActiveSeconds);
}

const sorted = (entry: object) => Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
