import { afterEach, beforeEach, expect, test } from "vitest";
import { readMigrations } from "../../../src/database/migrations/engine.ts";
import { type RawStore, rawStore } from "../../support/raw-store.ts";

const migrations = readMigrations();
let db: RawStore;

beforeEach(async () => {
  db = await rawStore();
});
afterEach(() => db.dispose());

async function columns(table: string): Promise<string[]> {
  const rows = await db.query(
    `select column_name, data_type, character_maximum_length, column_default from information_schema.columns
     where table_schema = 'public' and table_name = '${table}' order by ordinal_position`,
  );
  return rows.map((row) => String(row.column_name));
}

const tables = async () =>
  (await db.query("select tablename from pg_tables where schemaname = 'public' and tablename !~ '^_' order by 1")).map(
    (row) => row.tablename,
  );

test("[D1] they are these, and each is applied and recorded by itself", async () => {
  expect(migrations.map(({ name }) => name.slice(15))).toEqual([
    "tables_before_rollcall",
    "whiteboard_connection_tracking",
    "session_attendance_audit",
    "presence_ledger",
    "lesson_times",
    "attended_lessons",
    "attendance_history",
    "people",
    "released_connections",
    "privacy",
    "old_decisions",
    "untracked_rooms",
    "kept_statuses",
    "bounded_changes",
    "locked_rooms",
    "free_ids_and_time_zones",
  ]);
  for (const [index, { name }] of migrations.entries()) {
    expect(await db.migrate(migrations.slice(0, index + 1))).toEqual([name]);
  }
  const recorded = await db.query(
    "select migration_name, checksum from _prisma_migrations where finished_at is not null order by started_at",
  );
  expect(recorded).toEqual(migrations.map(({ name, checksum }) => ({ migration_name: name, checksum })));
});

test("[D1] before: users, sessions and whiteboard sessions with their statuses", async () => {
  await db.migrate(migrations.slice(0, 1));
  expect(await tables()).toEqual(["sessions", "users", "whiteboard_sessions"]);
  const statuses = await db.query(
    `select table_name, column_name, data_type, character_maximum_length, column_default
       from information_schema.columns where table_schema = 'public' and column_name like '%attendance_status' order by 1, 2`,
  );
  const defaulted = { data_type: "character varying", column_default: "'present'::character varying" };
  expect(statuses).toEqual([
    { table_name: "sessions", column_name: "student_attendance_status", character_maximum_length: 20, ...defaulted },
    { table_name: "sessions", column_name: "tutor_attendance_status", character_maximum_length: 20, ...defaulted },
    {
      table_name: "whiteboard_sessions",
      column_name: "attendance_status",
      data_type: "character varying",
      character_maximum_length: 50,
      column_default: null,
    },
  ]);
});

test("[D1] connection tracking: the whiteboard's status goes, nine fields come", async () => {
  await db.migrate(migrations.slice(0, 1));
  const before = await columns("whiteboard_sessions");
  await db.migrate(migrations.slice(0, 2));
  const after = await columns("whiteboard_sessions");
  expect(before.filter((column) => !after.includes(column))).toEqual(["attendance_status"]);
  expect(after.filter((column) => !before.includes(column))).toEqual([
    "tutor_connected_at",
    "tutor_disconnected_at",
    "tutor_last_activity_at",
    "tutor_total_active_seconds",
    "student_connected_at",
    "student_disconnected_at",
    "student_last_activity_at",
    "student_total_active_seconds",
    "connection_logs",
  ]);
  const [logs] = await db.query(
    "select data_type from information_schema.columns where column_name = 'connection_logs'",
  );
  expect(logs).toEqual({ data_type: "jsonb" });
});

test("[D1] attendance audit: who, when, source and notes, and no other source than the five", async () => {
  await db.migrate(migrations.slice(0, 2));
  const before = await columns("sessions");
  await db.migrate(migrations.slice(0, 3));
  expect((await columns("sessions")).slice(before.length)).toEqual([
    "attendance_marked_by",
    "attendance_marked_at",
    "attendance_source",
    "attendance_notes",
  ]);
  await db.query(`insert into users (name) values ('Ann'), ('Ben')`);
  const insert = (source: string) =>
    db.query(`insert into sessions (tutor_id, student_id, scheduled_start, scheduled_end, attendance_source)
                values (1, 2, '2025-01-01T10:00Z', '2025-01-01T11:00Z', '${source}')`);
  for (const source of ["system_default", "whiteboard_auto", "manual", "parent_reported", "admin_override"]) {
    await insert(source);
  }
  await expect(insert("guess")).rejects.toThrow(/sessions_attendance_source_check/);
});

test("[D1] later: spans and events, the history of marks, people; old times, whiteboards that are locked; columns for the rest", async () => {
  const seen = new Set<unknown>();
  const added: unknown[][] = [];
  for (let count = 1; count <= migrations.length; count++) {
    await db.migrate(migrations.slice(0, count));
    added.push((await tables()).filter((table) => !seen.has(table)));
    for (const table of added.at(-1)!) seen.add(table);
  }
  expect(added.slice(3)).toEqual([
    ["connection_events", "connection_spans", "connections", "presence_watch"],
    ["repaired_times"],
    ["attended_lessons"],
    ["attendance_mark_notes", "attendance_marks"],
    ["parent_links", "token_people"],
    [],
    [],
    [],
    [],
    [],
    [],
    ["locked_rooms"],
    [],
  ]);
  // What only carried something from one migration to a later one is gone.
  expect(await tables()).not.toContain("migrated_attendance");
  expect(await tables()).not.toContain("attended_lessons");
});
