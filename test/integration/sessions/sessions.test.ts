import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { ADMIN, people, type People, STRANGER, STUDENT, TUTOR } from "../../support/lesson.ts";
import { outcome, schedule, type SessionInput, sessionInput, trySchedule } from "../../support/schedule.ts";

let app: TestApp;
let everybody: People;
/** Of the clock's day, which is at 15:00. */
const input = (from: string, to: string, given: Partial<SessionInput> = {}) => sessionInput(app, from, to, given);
/** What the tutor, who was introduced to the student, hears. */
const asTutor = (from: string, to: string, given: Partial<SessionInput> = {}) =>
  outcome(trySchedule(everybody.tutor, input(from, to, given)));

beforeAll(async () => {
  app = await testApp();
  everybody = await people(app);
  await everybody.admin.get(`mutation {
    other: upsertUser(input: { id: 20, name: "Olga Other" }) { id }
    unmet: upsertUser(input: { id: 21, name: "Uwe Unmet" }) { id } }`);
});
afterAll(() => app.dispose());

describe("§6 who schedules what", () => {
  test("M1 a session starts as scheduled, everybody present by default and nobody marked", async () => {
    const { admin } = everybody;
    const { id } = await schedule(admin, input("10:00", "11:00"));
    const { session } = await admin.get(`{ session(id: ${id}) { status endedAt whiteboardSession { id }
      tutor { id name } student { id name } attendanceHistory { totalCount }
      attendance { tutorStatus studentStatus source marked tutorMarked studentMarked markedBy { id } markedAt version } } }`);
    expect(session).toEqual({
      status: "SCHEDULED",
      endedAt: null,
      whiteboardSession: null,
      tutor: { id: String(TUTOR), name: "Tia Tutor" },
      student: { id: String(STUDENT), name: "Sam Student" },
      attendanceHistory: { totalCount: 0 },
      attendance: {
        tutorStatus: "PRESENT",
        studentStatus: "PRESENT",
        source: "SYSTEM_DEFAULT",
        marked: false,
        tutorMarked: false,
        studentMarked: false,
        markedBy: null,
        markedAt: null,
        version: 0,
      },
    });
  });

  test("admins and services schedule anything: for anybody, in the past, overlapping", async () => {
    const { admin, service } = everybody;
    const past = input("10:00", "11:00");
    for (const caller of [admin, service, admin]) expect(await outcome(trySchedule(caller, past))).toBe("ok");
    expect(await outcome(trySchedule(service, { ...past, studentId: "20" }))).toBe("ok");
  });

  test("a tutor schedules for themself, from now on, and not over another session of theirs", async () => {
    expect(await asTutor("14:59", "15:30")).toBe("VALIDATION_FAILED");
    expect(await asTutor("15:00", "15:30")).toBe("ok");
    expect(await asTutor("15:29", "15:45")).toBe("CONFLICT");
    expect(await asTutor("15:30", "16:00")).toBe("ok");
    expect(await asTutor("15:10", "15:20")).toBe("CONFLICT");
    expect(await asTutor("15:00", "16:00", { studentId: "20" })).toBe("CONFLICT");
    expect(await asTutor("16:00", "17:00", { tutorId: "20" })).toBe("FORBIDDEN");
  });

  test("a cancelled session leaves its time free", async () => {
    const { tutor } = everybody;
    const { id } = await schedule(tutor, input("17:00", "18:00"));
    expect(await asTutor("17:30", "18:30")).toBe("CONFLICT");
    await tutor.get(`mutation { cancelSession(sessionId: ${id}) { id } }`);
    expect(await asTutor("17:30", "18:30")).toBe("ok");
  });

  test("of many requests of a tutor for one time, one gets it", async () => {
    const requests = Array.from({ length: 5 }, () => asTutor("19:00", "20:00"));
    expect((await Promise.all(requests)).sort()).toEqual(["CONFLICT", "CONFLICT", "CONFLICT", "CONFLICT", "ok"]);
  });

  test("a tutor cannot tell a student they never met from one who does not exist", async () => {
    const { tutor, admin } = everybody;
    const unmet = await trySchedule(tutor, input("20:00", "21:00", { studentId: "21" }));
    expect(unmet.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    expect(await trySchedule(tutor, input("20:00", "21:00", { studentId: "777" }))).toEqual(unmet);
    expect(await outcome(trySchedule(admin, input("20:00", "21:00", { studentId: "21" })))).toBe("ok");
    expect(await asTutor("21:00", "22:00", { studentId: "21" })).toBe("ok");
  });

  test("students, parents and strangers schedule nothing; an admin who is the tutor schedules as admin", async () => {
    const { student, parent, stranger } = everybody;
    for (const caller of [student, parent, stranger, app.as(TUTOR, "student")]) {
      expect(await outcome(trySchedule(caller, input("22:00", "23:00")))).toBe("FORBIDDEN");
    }
    expect(await outcome(trySchedule(app.anonymous, input("22:00", "23:00")))).toBe("UNAUTHENTICATED");
    const both = app.as(TUTOR, "tutor", "admin");
    expect(await outcome(trySchedule(both, input("15:00", "16:00")))).toBe("ok");
  });

  test("nobody unknown, and nobody with themself", async () => {
    const asAdmin = (given: Partial<SessionInput>) =>
      outcome(trySchedule(everybody.admin, input("22:00", "23:00", given)));
    expect(await asAdmin({ studentId: String(STRANGER) })).toBe("BAD_USER_INPUT");
    expect(await asAdmin({ tutorId: String(ADMIN) })).toBe("BAD_USER_INPUT");
    expect(await asAdmin({ studentId: String(TUTOR) })).toBe("VALIDATION_FAILED");
    expect(await asTutor("22:00", "23:00", { studentId: String(TUTOR) })).toBe("VALIDATION_FAILED");
  });
});
