import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { mark, record, tryMark } from "../../support/marks.ts";
import { report } from "../../support/report.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterEach(() => {
  vi.restoreAllMocks();
  app.clock.jumpTo(app.clock.at("15:00"));
});
afterAll(() => app.dispose());

const plain = () => lesson(app, { open: false });
const sql = (text: string) => app.store.database.prisma.$executeRawUnsafe(text);

describe("M6 mark and history", () => {
  test("the row keeps before and after, actor, source, notes and time, oldest first", async () => {
    const { parent, tutor, admin, sessionId } = await plain();
    await mark(parent, { sessionId, studentStatus: "EXCUSED", notes: "Ill." });
    await app.clock.advance(1_001);
    await mark(tutor, { sessionId, tutorStatus: "LATE", studentStatus: "ABSENT" });
    await app.clock.advance(1_001);
    await mark(admin, { sessionId, studentStatus: "EXCUSED", notes: "Certificate seen." });
    const tutorNow = { tutorStatusBefore: "LATE", tutorStatusAfter: "LATE" };
    const present = { tutorStatusBefore: "PRESENT", tutorStatusAfter: "PRESENT" };
    const rest = { overrodeOwnSuggestion: false };
    expect((await record(tutor, sessionId)).marks).toEqual([
      {
        ...rest,
        ...present,
        at: "2026-03-02T15:00:00.000Z",
        actor: { name: "Pat Parent" },
        source: "PARENT_REPORTED",
        studentStatusBefore: "PRESENT",
        studentStatusAfter: "EXCUSED",
        notes: "Ill.",
      },
      {
        ...rest,
        tutorStatusBefore: "PRESENT",
        tutorStatusAfter: "LATE",
        at: "2026-03-02T15:00:01.001Z",
        actor: { name: "Tia Tutor" },
        source: "MANUAL",
        studentStatusBefore: "EXCUSED",
        studentStatusAfter: "ABSENT",
        notes: null,
      },
      {
        ...rest,
        ...tutorNow,
        at: "2026-03-02T15:00:02.002Z",
        actor: { name: "User 8" },
        source: "ADMIN_OVERRIDE",
        studentStatusBefore: "ABSENT",
        studentStatusAfter: "EXCUSED",
        notes: "Certificate seen.",
      },
    ]);
  });

  test("is read page by page", async () => {
    const { admin, sessionId } = await plain();
    for (const studentStatus of ["LATE", "ABSENT", "EXCUSED"]) await mark(admin, { sessionId, studentStatus });
    const page = async (args: string) =>
      (
        await admin.get(`{ session(id: ${sessionId}) { attendanceHistory(${args}) { totalCount nodes { studentStatusAfter }
        edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`)
      ).session.attendanceHistory;
    const first = await page("first: 2");
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ studentStatusAfter: "LATE" }, { studentStatusAfter: "ABSENT" }],
    });
    expect(first.pageInfo).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: false,
      endCursor: first.edges[1].cursor,
    });
    const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(second).toMatchObject({ totalCount: 3, nodes: [{ studentStatusAfter: "EXCUSED" }] });
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const query = (args: string) => `{ session(id: ${sessionId}) { attendanceHistory(${args}) { totalCount } } }`;
    expect(await admin.code(query("first: 0"))).toBe("VALIDATION_FAILED");
    expect(await admin.code(query("first: 101"))).toBe("VALIDATION_FAILED");
    expect(await admin.code(query('after: "x"'))).toBe("BAD_USER_INPUT");
  });

  test("keeps the suggestion on the table, and that a tutor overrode the one about themself", async () => {
    const { service, tutor, admin, sessionId, whiteboard } = await lesson(app);
    app.clock.jumpTo(app.clock.at("17:00"));
    await report(app, service, whiteboard, TUTOR, [["CONNECT", "16:20"]]);
    await report(app, service, whiteboard, STUDENT, [["CONNECT", "16:00"]]);
    await tutor.get(`mutation { endSession(sessionId: ${sessionId}) { id } }`);
    await mark(tutor, { sessionId, studentStatus: "ABSENT" });
    await mark(tutor, { sessionId, tutorStatus: "PRESENT" });
    await mark(tutor, { sessionId, tutorStatus: "LATE" });
    await mark(admin, { sessionId, tutorStatus: "PRESENT" });
    expect((await record(admin, sessionId)).marks.map((each) => each.overrodeOwnSuggestion)).toEqual([
      false,
      true,
      false,
      false,
    ]);
    const rows = await app.store.database.prisma.attendanceMark.findMany({ where: { sessionId: Number(sessionId) } });
    expect(rows.map((row) => row.actorRole)).toEqual(["tutor", "tutor", "tutor", "admin"]);
    for (const row of rows)
      expect(row.suggestion).toMatchObject({ isFinal: true, tutor: { status: "LATE", rule: "S4" } });
  });

  test("when the history cannot be written, nothing has changed", async () => {
    const { tutor, admin, sessionId } = await plain();
    await mark(tutor, { sessionId, studentStatus: "LATE", notes: "before" });
    const before = await record(admin, sessionId);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (const table of ["attendance_marks", "attendance_mark_notes"]) {
      await sql(`alter table ${table} add constraint nothing_more check (false) not valid`);
      expect(await tryMark(tutor, { sessionId, studentStatus: "ABSENT", notes: "after" })).toBe(
        "INTERNAL_SERVER_ERROR",
      );
      await sql(`alter table ${table} drop constraint nothing_more`);
      expect(await record(admin, sessionId)).toEqual(before);
    }
    expect((await mark(tutor, { sessionId, studentStatus: "ABSENT", expectedVersion: 1 })).version).toBe(2);
  });

  test("D5 is append-only in the database itself, and what it says is what is shown", async () => {
    const { tutor, sessionId } = await plain();
    await mark(tutor, { sessionId, studentStatus: "LATE" });
    const before = await record(tutor, sessionId);
    const changes = [
      "update attendance_marks set student_status_after = 'present'",
      "delete from attendance_marks",
      "truncate attendance_marks cascade",
    ];
    for (const change of changes) await expect(sql(change)).rejects.toThrow("append-only");
    expect(await record(tutor, sessionId)).toEqual(before);
  });
});
