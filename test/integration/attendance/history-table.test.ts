import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

let db: TestDatabase;
const run = (sql: string) => db.database.prisma.$executeRawUnsafe(sql);

beforeAll(async () => {
  db = await testDatabase();
  await run("insert into users (name) values ('Ann'), ('Ben')");
  await run(`insert into sessions (tutor_id, student_id, scheduled_start, scheduled_end)
    values (1, 2, '2025-01-01T10:00Z', '2025-01-01T11:00Z')`);
  await run(`insert into attendance_marks (session_id, at, source, tutor_status_before, tutor_status_after,
      student_status_before, student_status_after)
    values (1, '2025-01-01T11:00Z', 'manual', 'present', 'present', 'present', 'late')`);
  await run("insert into attendance_mark_notes (mark_id, notes) values (1, 'Ben was ill')");
});
afterAll(() => db.dispose());

const changes = [
  "update attendance_marks set student_status_after = 'present'",
  "update attendance_marks set session_id = session_id",
  "delete from attendance_marks",
  "delete from attendance_marks where id = 1",
  "truncate attendance_marks cascade",
];

test.each(changes)("[D5] the database refuses: %s", async (sql) => {
  await expect(run(sql)).rejects.toThrow(/append-only/);
});

test.each(changes)("[D5] and under session_replication_role = replica: %s", async (sql) => {
  const attempt = db.database.prisma.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe("set local session_replication_role = replica");
    await transaction.$executeRawUnsafe(sql);
  });
  await expect(attempt).rejects.toThrow(/append-only/);
});

test("[D5] the row is as it was, and a session with history can't be deleted either", async () => {
  await expect(run("delete from sessions")).rejects.toThrow(/foreign key|Foreign key/);
  expect(await db.database.prisma.attendanceMark.findMany()).toMatchObject([{ id: 1, studentStatusAfter: "late" }]);
});

test("[D5] a person's words are erased without touching the row", async () => {
  expect(await run("delete from attendance_mark_notes where mark_id = 1")).toBe(1);
  expect(await db.database.prisma.attendanceMark.count()).toBe(1);
});
