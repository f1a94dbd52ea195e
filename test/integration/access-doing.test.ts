import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { busyLesson, VIEWERS } from "../support/busy-lesson.ts";
import { lesson } from "../support/lesson.ts";
import { outcome } from "../support/schedule.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const mark = (what: string) => `markAttendance(input: { sessionId: $session, ${what} }) { id }`;
const U = "UNAUTHENTICATED";
const [ok, F, N, B] = ["ok", "FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT"];

/** An operation on a lesson ten minutes old that the tutor marked, and what each of VIEWERS hears, one after the other. */
const OPERATIONS: Record<string, readonly [operation: string, expected: string]> = {
  "open the whiteboard": ["openWhiteboard(sessionId: $session) { id }", `${U} ${F} ${F} ok ok ok ${N}`],
  "end it": ["endSession(sessionId: $session) { id }", `${U} ${F} ${F} ok ok ok ${N}`],
  "cancel it": ["cancelSession(sessionId: $session) { id }", `${U} ${F} ${F} ok ok ok ${N}`],
  "mark the tutor": [mark("tutorStatus: LATE"), `${U} ${F} ${F} ok ok ${F} ${N}`],
  "mark the student": [mark("studentStatus: ABSENT"), `${U} ${F} ${F} ok ok ${F} ${N}`],
  "mark both": [mark("tutorStatus: LATE, studentStatus: ABSENT"), `${U} ${F} ${F} ok ok ${F} ${N}`],
  "apply the suggestion": [mark("useSuggestion: true"), `${U} ${F} ${F} NO_SUGGESTION NO_SUGGESTION ${F} ${N}`],
  "mark nothing": [mark('notes: "n"'), `${U} ${F} ${B} ${B} ${B} ${F} ${N}`],
  connect: ["connect(input: { whiteboardSessionId: $room }) { id }", `${U} ok ${F} ok ${F} ${B} ${N}`],
  "connect the student": [
    "connect(input: { whiteboardSessionId: $room, userId: 2 }) { id }",
    `${U} ${F} ${F} ${F} ${F} ok ${N}`,
  ],
  "beat for the student": ['heartbeat(connectionId: "$connection") { open }', `${U} ok ${N} ${N} ${N} ok ${N}`],
  "idle for the student": [
    'heartbeat(connectionId: "$connection", activity: IDLE) { open }',
    `${U} ok ${N} ${N} ${N} ok ${N}`,
  ],
  "disconnect the student": ['disconnect(connectionId: "$connection") { open }', `${U} ok ${N} ${N} ${N} ok ${N}`],
  "report connections": [
    "recordConnectionEvents(whiteboardSessionId: $room, events: []) { version }",
    `${U} ${F} ${F} ${F} ok ok ${N}`,
  ],
  "schedule for the tutor": [
    `scheduleSession(input: { tutorId: 1, studentId: 2, scheduledStart: "2026-03-05T16:00:00Z",
      scheduledEnd: "2026-03-05T17:00:00Z" }) { id }`,
    `${U} ${F} ${F} ok ok ok ${F}`,
  ],
  "keep people": ['upsertUser(input: { id: 70, name: "N" }) { id }', `${U} ${F} ${F} ${F} ok ok ${F}`],
};

describe("§6 doing", () => {
  for (const [name, [operation, expected]] of Object.entries(OPERATIONS)) {
    test(`${name}: ${expected}`, async () => {
      const here = await busyLesson(app);
      const text = operation
        .replace("$session", here.sessionId)
        .replace("$room", here.room)
        .replace("$connection", here.connection);
      const heard: string[] = [];
      for (const who of VIEWERS) heard.push(await outcome(here[who].ask(`mutation { ${text} }`)));
      expect(heard.join(" ")).toBe(expected);
    });
  }

  test("before anybody marked, a parent marks their own child, and nobody else", async () => {
    app.clock.jumpTo(app.clock.at("15:00"));
    const { parent, sessionId } = await lesson(app, { open: false });
    const marks = (what: string) => outcome(parent.ask(`mutation { ${mark(what).replace("$session", sessionId)} }`));
    expect(await marks("tutorStatus: ABSENT")).toBe(F);
    expect(await marks("tutorStatus: ABSENT, studentStatus: LATE")).toBe(F);
    expect(await marks("useSuggestion: true")).toBe(F);
    expect(await marks("studentStatus: EXCUSED")).toBe(ok);
  });
});
