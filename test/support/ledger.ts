import { expect } from "vitest";
import type { ParticipantRole, Span } from "../../src/domain/model.ts";
import { connectionLog, type LogEntry, summarise } from "../../src/domain/presence.ts";
import type { TestApp } from "./app.ts";

type Row = Record<string, unknown>;

const query = <T>(app: TestApp, sql: string, ...values: unknown[]) =>
  app.store.database.prisma.$queryRawUnsafe<T[]>(sql, ...values);

const clockTime = (column: string) => `to_char(${column} at time zone 'UTC', 'HH24:MI:SS.MS') as ${column}`;
const millis = (column: string, name: string) => `(extract(epoch from ${column}) * 1000)::float8 as "${name}"`;
const TIMES = ["connected_at", "disconnected_at", "last_activity_at"];

/** One participant's columns of the brief as plain SQL sees them (D4), times as HH:MM:SS.mmm, without the prefix. */
export async function columns(app: TestApp, room: string, role: "tutor" | "student"): Promise<Row> {
  const times = TIMES.map((column) => clockTime(`${role}_${column}`)).join(", ");
  const sql = `select ${times}, ${role}_total_active_seconds from whiteboard_sessions where id = $1::int`;
  const [row] = await query<Row>(app, sql, Number(room));
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name.slice(role.length + 1), value]));
}

/** `connection_logs`, as stored. */
export async function log(app: TestApp, room: string): Promise<LogEntry[]> {
  const sql = "select connection_logs as log from whiteboard_sessions where id = $1::int";
  const [row] = await query<{ log: LogEntry[] }>(app, sql, Number(room));
  return row?.log ?? [];
}

const SPANS = `
select connection_id as "connectionId", seq, user_id as "userId", upper(role) as role, upper(evidence) as evidence,
  active, end_reason as "endReason", whiteboard_session_id as room,
  ${millis("started_at", "startedAt")}, ${millis("last_seen_at", "lastSeenAt")}, ${millis("ended_at", "endedAt")}
from connection_spans`;
const BOARDS = `
select id, connection_logs as log, tutor_total_active_seconds as tutor_total, student_total_active_seconds as student_total,
  ${["tutor", "student"].flatMap((role) => TIMES.map((time) => millis(`${role}_${time}`, `${role}_${time}`))).join(", ")}
from whiteboard_sessions`;

/** Compares every whiteboard session's columns with what its spans say (D4, D6). */
export async function expectTrueColumns(app: TestApp): Promise<void> {
  const all = await query<Span & { room: number }>(app, SPANS);
  for (const board of await query<Row & { id: number; log: LogEntry[] }>(app, BOARDS)) {
    const spans = all.filter((span) => span.room === board.id);
    for (const role of ["TUTOR", "STUDENT"] as const) expectTrueRole(board, spans, role, app.clock.now());
    const byText = (entries: readonly LogEntry[]) => entries.map((entry) => JSON.stringify(sorted(entry))).sort();
    expect(byText(board.log)).toEqual(byText(connectionLog(spans)));
    const times = board.log.map((entry) => entry.timestamp);
    expect(times).toEqual([...times].sort());
  }
}

function expectTrueRole(board: Row, spans: readonly Span[], role: ParticipantRole, now: number): void {
  const prefix = role.toLowerCase();
  const said = summarise(spans, role, now, { length: Number.POSITIVE_INFINITY, away: null });
  expect([board[`${prefix}_connected_at`], board[`${prefix}_disconnected_at`]]).toEqual([
    said.connectedAt,
    said.disconnectedAt,
  ]);
  expect(board[`${prefix}_last_activity_at`]).toBe(said.lastActivityAt);
  // Brought up to date at every close: behind while a connection is open.
  if (said.openConnections === 0) expect(board[`${prefix}_total`]).toBe(said.totalActiveSeconds);
  else expect(board[`${prefix}_total`]).toBeLessThanOrEqual(said.totalActiveSeconds);
}

const sorted = (entry: object) => Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
