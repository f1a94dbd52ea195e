import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, SECRET, testApp, type TestApp } from "../../support/app.ts";
import { ADMIN, lesson, type Lesson, PARENT, SERVICE, STUDENT, TUTOR } from "../../support/lesson.ts";
import { outcome } from "../../support/schedule.ts";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
});
afterAll(() => app.dispose());

/** Whoever a token with these claims names. */
async function claiming(user: number, claims: object): Promise<Caller> {
  const token = new SignJWT({ ...claims }).setProtectedHeader({ alg: "HS256" }).setSubject(String(user));
  return app.bearing(await token.setExpirationTime("10y").sign(new TextEncoder().encode(SECRET)));
}

const mark = (sessionId: string, what = "studentStatus: LATE") =>
  `mutation { markAttendance(input: { sessionId: ${sessionId}, ${what} }) { attendance { source } } }`;
const sees = async (caller: Caller) => (await caller.get(`{ session(id: ${here.sessionId}) { id } }`)).session !== null;
const suggestion = (caller: Caller) =>
  outcome(caller.ask(`{ attendanceSuggestion(sessionId: ${here.sessionId}) { isFinal } }`));
const connects = async (caller: Caller) =>
  outcome(caller.ask(`mutation { connect(input: { whiteboardSessionId: ${here.whiteboard} }) { id } }`));
const source = async (caller: Caller, sessionId: string, what?: string) =>
  (await caller.get(mark(sessionId, what))).markAttendance.attendance.source as string;
const fresh = async () => (await lesson(app, { open: false })).sessionId;

describe("§6 the relation comes before the role", () => {
  test("an admin who is its tutor marks as tutor, and not over another admin", async () => {
    const both = app.as(TUTOR, "admin", "tutor");
    const sessionId = await fresh();
    expect(await source(both, sessionId)).toBe("MANUAL");
    expect(await source(app.as(TUTOR, "admin"), sessionId)).toBe("MANUAL");
    expect(await source(here.admin, sessionId)).toBe("ADMIN_OVERRIDE");
    expect(await both.code(mark(sessionId))).toBe("FORBIDDEN");
  });

  test("an admin who is a parent marks as admin; a parent who is a tutor elsewhere as parent", async () => {
    expect(await source(app.as(PARENT, "parent", "admin"), await fresh())).toBe("ADMIN_OVERRIDE");
    expect(await source(app.as(PARENT, "tutor", "parent"), await fresh())).toBe("PARENT_REPORTED");
    expect(await source(app.as(PARENT, "service", "parent"), await fresh())).toBe("PARENT_REPORTED");
  });

  test("a role without the relation is nothing: another tutor, another student, another's parent", async () => {
    for (const role of ["tutor", "student", "parent"] as const) {
      const other = app.as(90, role);
      expect(await sees(other)).toBe(false);
      expect(await suggestion(other)).toBe("NOT_FOUND");
      expect(await connects(other)).toBe("NOT_FOUND");
      expect(await other.code(mark(here.sessionId))).toBe("NOT_FOUND");
    }
  });

  test("the relation without its role sees the session, and that is all", async () => {
    const unroled = [
      app.as(TUTOR),
      app.as(TUTOR, "student", "parent"),
      app.as(STUDENT, "tutor"),
      app.as(PARENT, "tutor"),
    ];
    for (const caller of unroled) {
      expect(await sees(caller)).toBe(true);
      expect(await suggestion(caller)).toBe("FORBIDDEN");
      expect(await connects(caller)).toBe("FORBIDDEN");
      expect(await caller.code(mark(here.sessionId))).toBe("FORBIDDEN");
      const { session } = await caller.get(`{ session(id: ${here.sessionId}) {
        attendanceHistory { totalCount } attendanceSuggestion { isFinal } whiteboardSession { spans { role } } } }`);
      expect(session).toEqual({
        attendanceHistory: { totalCount: 0 },
        attendanceSuggestion: null,
        whiteboardSession: { spans: [] },
      });
    }
  });

  test("a service that is a participant by number connects as whom it names", async () => {
    const service = app.as(SERVICE, "service");
    const connect = (userId: number) =>
      `mutation { connect(input: { whiteboardSessionId: ${here.whiteboard}, userId: ${userId} }) { role } }`;
    expect((await service.get(connect(TUTOR))).connect.role).toBe("TUTOR");
    expect((await service.get(connect(STUDENT))).connect.role).toBe("STUDENT");
    expect(await service.code(connect(PARENT))).toBe("BAD_USER_INPUT");
  });
});

test("§6 M3 before anybody marked, a parent marks their own child, and nobody else", async () => {
  const sessionId = await fresh();
  const marks = (what: string) => outcome(here.parent.ask(mark(sessionId, what)));
  expect(await marks("tutorStatus: ABSENT")).toBe("FORBIDDEN");
  expect(await marks("tutorStatus: ABSENT, studentStatus: LATE")).toBe("FORBIDDEN");
  expect(await marks("useSuggestion: true")).toBe("FORBIDDEN");
  expect(await marks("studentStatus: EXCUSED")).toBe("ok");
});

describe("§6 roles in force", () => {
  test("an active role means only that one", async () => {
    const asStudent = await claiming(ADMIN, { roles: ["admin", "student"], role: "student" });
    expect(await sees(asStudent)).toBe(false);
    const asAdmin = await claiming(ADMIN, { roles: ["admin", "student"], role: "admin" });
    expect(await suggestion(asAdmin)).toBe("ok");
    const tutorAsParent = await claiming(TUTOR, { roles: ["tutor", "parent"], role: "parent" });
    expect(await suggestion(tutorAsParent)).toBe("FORBIDDEN");
  });

  test("an active role that is not among the roles is none", async () => {
    for (const claims of [{ roles: ["tutor"], role: "admin" }, { role: "admin" }, { roles: [], role: "admin" }]) {
      expect(await sees(await claiming(90, claims))).toBe(false);
      expect(await suggestion(await claiming(TUTOR, claims))).toBe("FORBIDDEN");
    }
  });

  const nothing = [["superadmin"], ["Admin"], ["ADMIN "], "Admin", { admin: true }, [["admin"]], null, 1];
  test.each(nothing)("roles %j grant nothing", async (roles) => {
    const caller = await claiming(90, { roles });
    expect(await sees(caller)).toBe(false);
    expect((await caller.get("{ me { id } sessions { totalCount } }")).sessions.totalCount).toBe(0);
    expect(await caller.code('mutation { upsertUser(input: { name: "N" }) { id } }')).toBe("FORBIDDEN");
  });

  test("an unknown role beside a known one does not harm it", async () => {
    expect(await suggestion(await claiming(90, { roles: ["superadmin", "admin"] }))).toBe("ok");
  });
});
