import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import type { Role } from "../../../src/auth/claims.ts";
import { type Caller, SECRET, testApp, type TestApp } from "../../support/app.ts";
import { ADMIN, lesson, PARENT, people, type People, SERVICE, STUDENT, TUTOR } from "../../support/lesson.ts";

let app: TestApp;
let everybody: People;
beforeAll(async () => {
  app = await testApp();
  everybody = await people(app);
});
afterAll(() => app.dispose());

const UPSERT = "mutation ($input: UpsertUserInput!) { upsertUser(input: $input) { id name } }";
const upsert = async (input: object, caller: Caller = everybody.admin) =>
  (await caller.get<{ upsertUser: { id: string; name: string } }>(UPSERT, { input })).upsertUser;
const refusal = (input: object) => everybody.admin.code(UPSERT, { input });
/** Whom a token with a name claim names. */
const named = async (user: number, name: string, ...roles: Role[]) =>
  app.bearing(
    await issueDevelopmentToken({ secret: SECRET, user, roles, name, expiresInSeconds: 3600, now: app.clock.now() }),
  );

describe("upsertUser", () => {
  test("adds and renames by the id given, admin and service alike", async () => {
    expect(await upsert({ id: "40", name: "Ann" })).toEqual({ id: "40", name: "Ann" });
    expect(await upsert({ id: "40", name: " Ann Other " }, everybody.service)).toEqual({ id: "40", name: "Ann Other" });
    expect(await upsert({ id: "2147483647", name: "Last" })).toEqual({ id: "2147483647", name: "Last" });
  });

  test("without an id takes a free one: nobody's, not even of those who acted on a token alone", async () => {
    const { sessionId } = await lesson(app, { open: false, start: "15:00" });
    // Without rows in users: 5 marks, 8 schedules and adds the people, 9 ends.
    await app
      .as(5, "admin")
      .get(`mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE }) { id } }`);
    await everybody.service.get(`mutation { endSession(sessionId: ${sessionId}) { id } }`);
    const taken = new Set([TUTOR, STUDENT, PARENT, 5, ADMIN, SERVICE, 40].map(String));
    const added: string[] = [];
    for (let count = 0; count < 12; count += 1) added.push((await upsert({ name: `New ${count}` })).id);
    added.push(
      ...(await Promise.all(Array.from({ length: 8 }, () => upsert({ name: "At once" })))).map(({ id }) => id),
    );
    expect(new Set(added).size).toBe(20);
    expect(added.filter((id) => taken.has(id))).toEqual([]);
    expect((await everybody.tutor.get("{ me { name } }")).me.name).toBe("Tia Tutor");
  });

  test("parents: left out they stay, [] is none, the same twice is once", async () => {
    const { sessionId } = await lesson(app, { open: false });
    const sees = async () => (await everybody.parent.get(`{ session(id: ${sessionId}) { id } }`)).session !== null;
    const student = { id: String(STUDENT), name: "Sam Student" };
    expect(await sees()).toBe(true);
    await upsert(student);
    await upsert({ ...student, parentIds: null });
    expect(await sees()).toBe(true);
    await upsert({ ...student, parentIds: [] });
    expect(await sees()).toBe(false);
    await upsert({ ...student, parentIds: [String(PARENT), String(PARENT), "40"] });
    expect(await sees()).toBe(true);
  });

  test("unknown parents, oneself, and what is no id change nothing", async () => {
    const input = { id: "50", name: "Never" };
    expect(await refusal({ ...input, parentIds: ["1234567"] })).toBe("BAD_USER_INPUT");
    expect(await refusal({ ...input, parentIds: [String(PARENT), "1234567"] })).toBe("BAD_USER_INPUT");
    expect(await refusal({ ...input, parentIds: ["x"] })).toBe("BAD_USER_INPUT");
    expect(await refusal({ ...input, parentIds: [null] })).toBe("BAD_USER_INPUT");
    expect(await refusal({ ...input, parentIds: ["50"] })).toBe("VALIDATION_FAILED");
    expect(await refusal({ id: String(PARENT), name: "P", parentIds: [String(PARENT)] })).toBe("VALIDATION_FAILED");
    expect((await app.as(50, "tutor").get("{ me { name } }")).me.name).toBe("User 50");
    expect((await everybody.parent.get("{ me { name } }")).me.name).toBe("Pat Parent");
  });

  test("M7 names: 1 to 200 characters that can be stored and read back", async () => {
    for (const name of ["", "  ", "\t\n", "a\0", "\ud83d", "x".repeat(201), "🎓".repeat(201)]) {
      expect(await refusal({ id: "51", name })).toBe("VALIDATION_FAILED");
    }
    expect(await refusal({ id: "51", name: null })).toBe("BAD_USER_INPUT");
    for (const name of ["x", "🎓".repeat(200), "Zoë O'Brien-Łukasz", "דבורה"]) {
      expect((await upsert({ id: "51", name })).name).toBe(name);
    }
  });

  test("is for admins and services", async () => {
    const input = { id: "52", name: "N" };
    for (const caller of [everybody.tutor, everybody.student, everybody.parent, everybody.stranger]) {
      expect(await caller.code(UPSERT, { input })).toBe("FORBIDDEN");
    }
    expect(await app.anonymous.code(UPSERT, { input })).toBe("UNAUTHENTICATED");
  });
});

describe("§6 a valid token is enough to be known", () => {
  test("me: the row in users, else the token's name, else a number", async () => {
    const name = async (caller: Caller) => (await caller.get("{ me { id name } }")).me.name as string;
    expect(await name(await named(TUTOR, "Somebody Else", "tutor"))).toBe("Tia Tutor");
    expect(await name(await named(60, "Tess Token"))).toBe("Tess Token");
    expect(await name(app.as(60))).toBe("User 60");
    expect(await app.anonymous.get("{ me { id } }")).toEqual({ me: null });
  });

  test("who marked without a row in users is shown by the token's name, by everybody, from then on", async () => {
    const { sessionId, tutor } = await lesson(app, { open: false });
    const mark = `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE }) {
      attendance { markedBy { id name } } attendanceHistory { nodes { actor { id name } } } } }`;
    const tess = { id: "61", name: "Tess Token" };
    const [inHistory, anonymous] = [{ actor: tess }, { actor: { id: "62", name: "User 62" } }];
    expect((await (await named(61, "Tess Token", "admin")).get(mark)).markAttendance).toEqual({
      attendance: { markedBy: tess },
      attendanceHistory: { nodes: [inHistory] },
    });
    expect((await app.as(62, "admin").get(mark)).markAttendance.attendanceHistory.nodes).toEqual([
      inHistory,
      anonymous,
    ]);
    const { session } = await tutor.get(`{ session(id: ${sessionId}) { attendance { markedBy { name } } } }`);
    expect(session.attendance.markedBy.name).toBe("User 62");
    await upsert({ id: "62", name: "Ursula User" });
    const later = await tutor.get(`{ session(id: ${sessionId}) { attendanceHistory { nodes { actor { name } } } } }`);
    expect(later.session.attendanceHistory.nodes).toEqual([
      { actor: { name: "Tess Token" } },
      { actor: { name: "Ursula User" } },
    ]);
    // The row in users wins over the name that an earlier token told.
    await upsert({ id: "61", name: "Theresa User" });
    const last = await tutor.get(`{ session(id: ${sessionId}) { attendanceHistory { nodes { actor { name } } } } }`);
    expect(last.session.attendanceHistory.nodes[0]).toEqual({ actor: { name: "Theresa User" } });
  });

  test("a newer name of the token takes the older one's place", async () => {
    const { sessionId } = await lesson(app, { open: false });
    const mark = `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE }) { attendance { markedBy { name } } } }`;
    for (const name of ["Tess Before", "Tess After"]) {
      const tess = await named(63, name, "admin");
      expect((await tess.get(mark)).markAttendance.attendance.markedBy).toEqual({ name });
      expect((await tess.get("{ me { name } }")).me).toEqual({ name });
    }
    expect((await (await named(63, "Tess Newest")).get("{ me { name } }")).me).toEqual({ name: "Tess Newest" });
  });
});
