import { afterAll, beforeAll, expect, test } from "vitest";
import { readMigrations } from "../../src/database/migration-files.ts";
import { type RawStore, rawStore, type Row } from "../support/raw-store.ts";

type Status = string | null;
/** What a database from before held: the statuses of a session, and of its whiteboard ("-": it had none). */
type Old = readonly [tutor: Status, student: Status, whiteboard: Status];

const OLD: readonly Old[] = [
  ["present", "present", "attended"],
  ["present", "present", "absent"],
  ["present", "present", "late"],
  ["late", "absent", "ATTENDED"],
  ["present", "late", " Late "],
  ["present", null, "Absent"],
  ["present", "No Show", "late"],
  ["present", "present", null],
  ["present", "absent", "cancelled"],
  ["late", "excused", ""],
  ["present", "late", "-"],
  [null, null, "-"],
  ["ABSENT", " Late", "-"],
  ["no show", "sick", "-"],
  ["attended", "attended", "-"],
];
/** The sessions, by number from 1, whose whiteboard held a decision. */
const DECIDED = [1, 2, 3, 4, 5, 6, 7];

let db: RawStore;
let sessions: Row[];
const session = (number: number) => sessions[number - 1]!;
const statuses = (number: number) => [session(number).tutor, session(number).student];
const quote = (value: Status) => (value === null ? "null" : `'${value}'`);

beforeAll(async () => {
  db = await rawStore();
  const migrations = readMigrations();
  await db.migrate(migrations.slice(0, 1));
  await db.query("insert into users (name) values ('Ann'), ('Ben')");
  for (const [index, [tutor, student, whiteboard]] of OLD.entries()) {
    await db.query(`insert into sessions (tutor_id, student_id, title, scheduled_start, scheduled_end,
        tutor_attendance_status, student_attendance_status)
      values (1, 2, 'Lesson ${index + 1}', '2024-03-01T10:00Z', '2024-03-01T11:00Z', ${quote(tutor)}, ${quote(student)})`);
    if (whiteboard === "-") continue;
    await db.query(
      `insert into whiteboard_sessions (session_id, attendance_status) values (${index + 1}, ${quote(whiteboard)})`,
    );
  }
  await db.migrate(migrations);
  sessions = await db.query(`select title, tutor_attendance_status as tutor, student_attendance_status as student,
    attendance_source as source, attendance_marked_by as by, attendance_marked_at as at, attendance_notes as notes,
    student_authority, tutor_authority, attendance_version as version from sessions order by id`);
});
afterAll(() => db.dispose());

test("[D2] attended, absent and late of a whiteboard become the student's status, in any case and with blanks around", () => {
  expect(DECIDED.map((number) => session(number).student)).toEqual([
    "present",
    "absent",
    "late",
    "present",
    "late",
    "absent",
    "late",
  ]);
});

test("[D2] the tutor's status is untouched by it", () => {
  expect(DECIDED.map((number) => session(number).tutor)).toEqual(
    DECIDED.map((number) => (number === 4 ? "late" : "present")),
  );
});

test("[D2] such a session is marked manually by nobody known, and only the student is", () => {
  for (const number of DECIDED) {
    expect(session(number)).toMatchObject({
      source: "manual",
      by: null,
      at: null,
      student_authority: "tutor",
      tutor_authority: null,
      version: 1,
    });
  }
});

test("[D2] it has one row of history, with what the session said before", async () => {
  const marks =
    await db.query(`select session_id as session, source, actor_id as actor, tutor_status_before as tutor_before,
    tutor_status_after as tutor_after, student_status_before as before, student_status_after as after
    from attendance_marks order by session_id`);
  expect(marks.map(({ session: number, before, after }) => [number, before, after])).toEqual([
    [1, "present", "present"],
    [2, "present", "absent"],
    [3, "present", "late"],
    [4, "absent", "present"],
    [5, "late", "late"],
    [6, "present", "absent"],
    [7, "present", "late"],
  ]);
  for (const mark of marks) {
    expect(mark).toMatchObject({ source: "manual", actor: null, tutor_before: mark.tutor_after });
  }
});

test("[D2] what was no decision changes nothing: unmarked, no history", () => {
  const others = sessions.slice(DECIDED.length);
  for (const other of others) {
    expect(other).toMatchObject({
      source: "system_default",
      student_authority: null,
      tutor_authority: null,
      version: 0,
    });
  }
  expect(statuses(8)).toEqual(["present", "present"]);
  expect(statuses(9)).toEqual(["present", "absent"]);
  expect(statuses(10)).toEqual(["late", "excused"]);
  expect(statuses(11)).toEqual(["present", "late"]);
});

test("[D2] a session's own status is read in any case, and attended is present; none is the default", () => {
  expect(statuses(12)).toEqual(["present", "present"]);
  expect(statuses(13)).toEqual(["absent", "late"]);
  expect(statuses(15)).toEqual(["present", "present"]);
});

test("[D2] a status that is none of ours becomes the default, and the notes keep it", () => {
  expect(statuses(14)).toEqual(["present", "present"]);
  expect(session(14).notes).toBe("Before migration: tutor «no show», student «sick».");
});

test("[D2] the notes also keep what a whiteboard's decision replaced, and its words that decide nothing", () => {
  expect(session(7).notes).toBe("Before migration: tutor «present», student «No Show», whiteboard «late».");
  expect(session(9).notes).toBe("Before migration: tutor «present», student «absent», whiteboard «cancelled».");
  const withNotes = sessions.flatMap(({ notes }, index) => (notes === null ? [] : [index + 1]));
  expect(withNotes).toEqual([7, 9, 14]);
});

test("[D2] no row is lost on the way", async () => {
  expect(sessions.map(({ title }) => title)).toEqual(OLD.map((_, index) => `Lesson ${index + 1}`));
  const [counts] = await db.query(
    "select (select count(*)::int from users) as users, (select count(*)::int from whiteboard_sessions) as rooms",
  );
  expect(counts).toEqual({ users: 2, rooms: OLD.filter(([, , whiteboard]) => whiteboard !== "-").length });
});
