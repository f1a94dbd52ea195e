import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { people, type People } from "../../support/lesson.ts";
import { outcome, schedule, type SessionInput, sessionInput, trySchedule } from "../../support/schedule.ts";

let app: TestApp;
let everybody: People;
beforeAll(async () => {
  app = await testApp();
  everybody = await people(app);
});
afterAll(() => app.dispose());

const input = (given: Partial<SessionInput>) => sessionInput(app, "16:00", "17:00", given);
const hears = (given: Partial<SessionInput>) => outcome(trySchedule(everybody.admin, input(given)));
const stored = (given: Partial<SessionInput>) => schedule(everybody.admin, input(given));
const count = async () => (await everybody.admin.get("{ sessions { totalCount } }")).sessions.totalCount as number;

describe("§7 when a session may be", () => {
  test("it ends after it starts, at most 24 hours after", async () => {
    const scheduledStart = "2026-03-02T16:00:00Z";
    expect(await hears({ scheduledStart, scheduledEnd: scheduledStart })).toBe("VALIDATION_FAILED");
    expect(await hears({ scheduledStart, scheduledEnd: "2026-03-02T15:59:59.999Z" })).toBe("VALIDATION_FAILED");
    expect(await hears({ scheduledStart, scheduledEnd: "2026-03-02T16:00:00.001Z" })).toBe("ok");
    expect(await hears({ scheduledStart, scheduledEnd: "2026-03-03T16:00:00Z" })).toBe("ok");
    expect(await hears({ scheduledStart, scheduledEnd: "2026-03-03T16:00:00.001Z" })).toBe("VALIDATION_FAILED");
  });

  test("it lies in the years 2000 to 2100", async () => {
    const hour = (scheduledStart: string, scheduledEnd: string) => hears({ scheduledStart, scheduledEnd });
    expect(await hour("1999-12-31T23:59:59.999Z", "2000-01-01T01:00:00Z")).toBe("VALIDATION_FAILED");
    expect(await hour("2000-01-01T00:00:00Z", "2000-01-01T01:00:00Z")).toBe("ok");
    expect(await hour("2100-12-31T22:00:00Z", "2100-12-31T23:59:59.999Z")).toBe("ok");
    expect(await hour("2100-12-31T23:00:00Z", "2101-01-01T00:00:00Z")).toBe("VALIDATION_FAILED");
    expect(await hour("0100-01-01T00:00:00Z", "0100-01-01T01:00:00Z")).toBe("VALIDATION_FAILED");
    expect(await hour("9999-12-31T22:00:00Z", "9999-12-31T23:00:00Z")).toBe("VALIDATION_FAILED");
  });

  const noMoments = [
    "2026-03-02T16:00:00",
    "2026-03-02",
    "2026-03-02 16:00:00Z",
    "2026-02-30T16:00:00Z",
    "2026-13-01T16:00:00Z",
    "2025-02-29T16:00:00Z",
    "2026-03-02T24:00:00Z",
    "2026-03-02T16:60:00Z",
    "2026-03-02T16:00:60Z",
    "2026-03-02T16:00:00+24:00",
    "2026-03-02T16:00:00+0100",
    "+02026-03-02T16:00:00Z",
    "2026-03-02T16:00:00Z\n",
    "now",
    "",
    1772467200000,
    true,
    ["2026-03-02T16:00:00Z"],
  ];
  test.each(noMoments)("%j is no moment with an offset, as a variable or inline", async (scheduledStart) => {
    expect(await hears({ scheduledStart })).toBe("BAD_USER_INPUT");
    const inline = `{ sessions(filter: { from: ${JSON.stringify(scheduledStart)} }) { totalCount } }`;
    expect(await everybody.admin.code(inline)).toBe("BAD_USER_INPUT");
  });

  test("times come back in UTC with milliseconds, what is finer is cut off", async () => {
    const session = await stored({
      scheduledStart: "2026-03-02t22:00:00.123999+05:30",
      scheduledEnd: "2026-03-02T13:45:00.5-04:00",
    });
    expect(session).toMatchObject({
      scheduledStart: "2026-03-02T16:30:00.123Z",
      scheduledEnd: "2026-03-02T17:45:00.500Z",
    });
    const { session: read } = await everybody.admin.get(`{ session(id: ${session.id}) { scheduledStart } }`);
    expect(read.scheduledStart).toBe("2026-03-02T16:30:00.123Z");
  });
});

describe("§7 time zones", () => {
  test("UTC unless told, else an IANA name as given", async () => {
    expect((await stored({})).timeZone).toBe("UTC");
    expect((await stored({ timeZone: null })).timeZone).toBe("UTC");
    expect((await stored({ timeZone: "America/Argentina/Buenos_Aires" })).timeZone).toBe(
      "America/Argentina/Buenos_Aires",
    );
  });

  const noZones = ["Mars/Olympus", "+01:00", "", "Europe/Berlin ", "x".repeat(65), "Europe/\0Berlin"];
  test.each(noZones)("%j is none", async (timeZone) => {
    expect(await hears({ timeZone })).toBe("VALIDATION_FAILED");
  });
});

describe("M7 titles", () => {
  test("may hold any 200 characters, emoji counting once, and come back as they were", async () => {
    for (const title of [
      "👩‍🏫".slice(0, 2).repeat(200),
      "x".repeat(200),
      " spaced ",
      "'; drop table sessions; --",
      "דבר ‮ a\u0301",
    ]) {
      expect((await stored({ title })).title).toBe(title);
    }
    expect((await stored({ title: null })).title).toBeNull();
  });

  const unfit = {
    NUL: "a\0b",
    "half a surrogate pair": "a\ud83d",
    "the other half": "\udc69b",
    "201 emoji": "🎓".repeat(201),
  };
  test.each(Object.entries(unfit))("with %s are refused, and nothing is stored", async (_name, title) => {
    const before = await count();
    expect(await hears({ title })).toBe("VALIDATION_FAILED");
    expect(await count()).toBe(before);
  });
});

describe("§7 ids", () => {
  const noIds = [
    "0",
    "-1",
    "1.0",
    "01",
    "1e3",
    "2147483648",
    "99999999999999999999",
    "abc",
    "",
    " 1",
    "1 ",
    "٣",
    "1\0",
  ];
  test.each(noIds)("%j is none, wherever an id stands", async (id) => {
    expect(await hears({ tutorId: id })).toBe("BAD_USER_INPUT");
    expect(await hears({ studentId: id })).toBe("BAD_USER_INPUT");
    const { admin } = everybody;
    for (const operation of [
      "query ($id: ID!) { session(id: $id) { id } }",
      "query ($id: ID!) { whiteboardSession(id: $id) { id } }",
      "query ($id: ID!) { connectionStatus(whiteboardSessionId: $id) { version } }",
      "query ($id: ID!) { attendanceSuggestion(sessionId: $id) { isFinal } }",
      "query ($id: ID) { sessions(filter: { tutorId: $id }) { totalCount } }",
      "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }",
      "mutation ($id: ID!) { endSession(sessionId: $id) { id } }",
      "mutation ($id: ID!) { markAttendance(input: { sessionId: $id, studentStatus: LATE }) { id } }",
      'mutation ($id: ID!) { upsertUser(input: { id: $id, name: "N" }) { id } }',
      "mutation ($id: ID!) { heartbeat(connectionId: $id) { open } }",
    ]) {
      expect([operation, await admin.code(operation, { id })]).toEqual([operation, "BAD_USER_INPUT"]);
    }
  });
});
