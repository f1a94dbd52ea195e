import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMigrations } from "../../../src/database/migrations/engine.ts";
import { FIRST_EIGHT, type RawStore, rawStore, type Row } from "../../support/raw-store.ts";

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
  ["absent", "present", "-"],
  ["excused", " LATE ", null],
  ["present", "attended", "absent"],
];
/** The sessions, by number from 1, whose whiteboard held a decision about the student. */
const BY_WHITEBOARD = [1, 2, 3, 4, 5, 6, 7, 18];
/** Those whose own statuses held decisions, and about whom. */
const BY_SESSION: Readonly<Record<number, string>> = {
  4: "tutor",
  9: "student",
  10: "tutor student",
  11: "student",
  13: "tutor student",
  15: "tutor student",
  16: "tutor",
  17: "tutor student",
};
/** Those that nobody decided: defaults, and words that are none of ours. */
const UNDECIDED = [8, 12, 14];

const quote = (value: Status) => (value === null ? "null" : `'${value}'`);

async function oldDatabase(): Promise<RawStore> {
  const db = await rawStore();
  await db.migrate(readMigrations().slice(0, 1));
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
  return db;
}

const SESSIONS = `select title, tutor_attendance_status as tutor, student_attendance_status as student,
  attendance_source as source, attendance_marked_by as by, attendance_marked_at as at, attendance_notes as notes,
  student_authority, tutor_authority, attendance_version as version from sessions order by id`;
const MARKS = `select session_id as session, source, actor_id as actor, actor_role as role,
  tutor_status_before as tutor_before, tutor_status_after as tutor_after,
  student_status_before as student_before, student_status_after as student_after
  from attendance_marks order by session_id, id`;

/** An old database comes through all migrations at once, or had the first eight before there were more. */
const WAYS = ["all at once", "the first eight before the others"] as const;

describe.each(WAYS)("%s", (way) => {
  const inTwoSteps = way !== WAYS[0];
  /** Had the first eight alone, a session's own attended is gone: an unmarked present. */
  const own = Object.fromEntries(Object.entries(BY_SESSION).filter(([number]) => !inTwoSteps || number !== "15"));
  let db: RawStore;
  let sessions: Row[];
  let marks: Row[];
  const session = (number: number) => sessions[number - 1]!;
  const statuses = (number: number) => [session(number).tutor, session(number).student];

  beforeAll(async () => {
    db = await oldDatabase();
    if (inTwoSteps) await db.migrate(FIRST_EIGHT(readMigrations()));
    await db.migrate(readMigrations());
    sessions = await db.query(SESSIONS);
    marks = await db.query(MARKS);
  });
  afterAll(() => db.dispose());

  test("[D2] attended, absent and late of a whiteboard become the student's status, in any case and with blanks around", () => {
    expect(BY_WHITEBOARD.map((number) => session(number).student)).toEqual([
      "present",
      "absent",
      "late",
      "present",
      "late",
      "absent",
      "late",
      "absent",
    ]);
  });

  test("[D2] a session's own late, absent, excused and attended become that participant's", () => {
    expect(statuses(4)).toEqual(["late", "present"]);
    expect([9, 10, 11, 13, 15, 16, 17].map(statuses)).toEqual([
      ["present", "absent"],
      ["late", "excused"],
      ["present", "late"],
      ["absent", "late"],
      ["present", "present"],
      ["absent", "present"],
      ["excused", "late"],
    ]);
  });

  test("[D2] whoever a decision was about is marked manually by nobody known, and nobody else is", () => {
    sessions.forEach((found, index) => {
      const number = index + 1;
      const about = (own[number] ?? "") + (BY_WHITEBOARD.includes(number) ? " student" : "");
      const rows = marks.filter((mark) => mark.session === number).length;
      expect(found, `session ${number}`).toMatchObject({
        source: about === "" ? "system_default" : "manual",
        by: null,
        at: null,
        tutor_authority: about.includes("tutor") ? "tutor" : null,
        student_authority: about.includes("student") ? "tutor" : null,
        version: rows,
      });
      expect(rows > 0).toBe(about !== "");
    });
  });

  test("[D2] what was no decision changes nothing: unmarked, no history", () => {
    for (const number of UNDECIDED) {
      expect(statuses(number)).toEqual(["present", "present"]);
      expect(session(number)).toMatchObject({ source: "system_default", version: 0 });
      expect(marks.filter((mark) => mark.session === number)).toEqual([]);
    }
  });

  test("[D2] each decision has a row of history whose actor is unknown, from what was there before", () => {
    const chain = (number: number) =>
      marks
        .filter((mark) => mark.session === number)
        .map((mark) => [mark.tutor_before, mark.tutor_after, mark.student_before, mark.student_after].join(" "));
    expect(BY_WHITEBOARD.filter((number) => number !== 4).map(chain)).toEqual([
      ["present present present present"],
      ["present present present absent"],
      ["present present present late"],
      ["present present late late"],
      ["present present present absent"],
      ["present present present late"],
      ["present present present absent"],
    ]);
    expect([9, 10, 11, 13, 16, 17].map(chain)).toEqual([
      ["present present present absent"],
      ["present late present excused"],
      ["present present present late"],
      ["present absent present late"],
      ["present absent present present"],
      ["present excused present late"],
    ]);
    // The whiteboard's row was there first, with the tutor's status as it was: the next one starts where it ended.
    expect(chain(4)).toEqual(["late late absent present", "late late present present"]);
    expect(chain(15)).toEqual(inTwoSteps ? [] : ["present present present present"]);
    for (const mark of marks) expect(mark).toMatchObject({ source: "manual", actor: null, role: null });
  });

  test("[D2] a status that is none of ours becomes the default, and the notes keep it", () => {
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
      "select (select count(*)::int from users) as users, (select count(*)::int from whiteboard_sessions) as whiteboards",
    );
    expect(counts).toEqual({ users: 2, whiteboards: OLD.filter(([, , whiteboard]) => whiteboard !== "-").length });
  });
});

test("[D2] what people marked since the first eight stays theirs; an old decision beside it is marked", async () => {
  const db = await oldDatabase();
  try {
    await db.migrate(FIRST_EIGHT(readMigrations()));
    const by = (source: string, authority: string) =>
      `attendance_source = '${source}', attendance_marked_by = 7, attendance_marked_at = '2025-02-01', attendance_notes = 'Seen.',
       ${authority}, attendance_version = 1`;
    const row = (session: number, before: string, after: string) =>
      db.query(`insert into attendance_marks (session_id, at, actor_id, source, tutor_status_before, tutor_status_after,
        student_status_before, student_status_after) values (${session}, '2025-02-01', 7, 'manual', 'late', 'late', ${before}, ${after})`);
    // Of 10 (late, excused) a person marked the student since; of 13 (absent, late) both.
    await db.query(
      `update sessions set student_attendance_status = 'present', ${by("manual", "student_authority = 'tutor'")} where id = 10`,
    );
    await row(10, "'excused'", "'present'");
    await db.query(
      `update sessions set ${by("admin_override", "tutor_authority = 'admin', student_authority = 'admin'")} where id = 13`,
    );
    await db.migrate(readMigrations());
    const sessions = await db.query(SESSIONS);
    expect(sessions[9]).toMatchObject({
      ...{ tutor: "late", student: "present", tutor_authority: "tutor", student_authority: "tutor" },
      ...{ source: "manual", by: 7, notes: "Seen.", version: 2 },
    });
    expect(sessions[12]).toMatchObject({ source: "admin_override", by: 7, tutor_authority: "admin", version: 1 });
    const marks = (await db.query(MARKS)).filter((mark) => mark.session === 10 || mark.session === 13);
    expect(
      marks.map(({ session, actor, tutor_before, student_before }) => [session, actor, tutor_before, student_before]),
    ).toEqual([
      [10, 7, "late", "excused"],
      [10, null, "late", "present"],
    ]);
  } finally {
    await db.dispose();
  }
});
