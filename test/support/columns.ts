import type { TestApp } from "./app.ts";

/** Columns that hold a person's number. */
export const PERSON_COLUMNS = [
  "attendance_marks.actor_id",
  "connection_events.reported_by",
  "connection_spans.user_id",
  "connections.user_id",
  "parent_links.parent_id",
  "parent_links.student_id",
  "sessions.attendance_marked_by",
  "sessions.ended_by",
  "sessions.scheduled_by",
  "sessions.student_id",
  "sessions.tutor_id",
  "token_people.id",
  "users.id",
] as const;

/** Columns that hold what people call themselves, or write. */
export const FREE_TEXT = [
  "attendance_mark_notes.notes",
  "sessions.attendance_notes",
  "sessions.title",
  "token_people.name",
  "users.name",
] as const;

/** Numbers, words of ours and JSON that name nobody but by the number of their row; the log of a whiteboard is told by person. */
export const OTHER_COLUMNS = [
  "attendance_mark_notes.mark_id",
  ...["actor_role", "id", "session_id", "source", "suggestion"].map((name) => `attendance_marks.${name}`),
  ...["student_status_after", "student_status_before"].map((name) => `attendance_marks.${name}`),
  ...["tutor_status_after", "tutor_status_before"].map((name) => `attendance_marks.${name}`),
  ...["activity", "kind"].map((name) => `connection_events.${name}`),
  ...["changes", "end_reason", "evidence", "role", "seq", "whiteboard_session_id"].map(
    (name) => `connection_spans.${name}`,
  ),
  ...["evidence", "role", "whiteboard_session_id"].map((name) => `connections.${name}`),
  "locked_rooms.whiteboard_session_id",
  "presence_watch.id",
  "repaired_times.session_id",
  "attendance_marks.kept",
  "sessions.attendance_kept",
  ...["attendance_source", "attendance_version", "id", "status", "time_zone"].map((name) => `sessions.${name}`),
  ...["student_attendance_status", "student_authority"].map((name) => `sessions.${name}`),
  ...["tutor_attendance_status", "tutor_authority"].map((name) => `sessions.${name}`),
  ...["carried", "connection_logs", "id", "presence_version", "session_id"].map(
    (name) => `whiteboard_sessions.${name}`,
  ),
  ...["student_total_active_seconds", "tutor_total_active_seconds"].map((name) => `whiteboard_sessions.${name}`),
];

// What can neither name a person nor hold a text. Everything else has to be thought about.
const HARMLESS = ["timestamp with time zone", "boolean", "uuid"];

/** Every column that could hold a person's number or words, as `table.column`. */
export async function columnsToThinkAbout(app: TestApp): Promise<string[]> {
  const rows = await app.store.database.prisma.$queryRawUnsafe<{ name: string }[]>(
    `select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and table_name !~ '^_' and data_type <> all ($1::text[]) order by 1`,
    HARMLESS,
  );
  return rows.map((row) => row.name);
}

export async function tables(app: TestApp): Promise<string[]> {
  const rows = await app.store.database.prisma.$queryRawUnsafe<{ name: string }[]>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_name !~ '^_' order by 1",
  );
  return rows.map((row) => row.name);
}
