import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { type BusyLesson, busyLesson, VIEWERS } from "../support/busy-lesson.ts";

let app: TestApp;
let here: BusyLesson;
beforeAll(async () => {
  app = await testApp();
  here = await busyLesson(app);
});
afterAll(() => app.dispose());

/** What a viewer reads at `path`, parts of lists joined by "+"; "null", or the code of the refusal. */
async function reads(who: (typeof VIEWERS)[number], query: string, path: string): Promise<string> {
  const { data, errors } = await here[who].ask<unknown>(query);
  if (errors?.[0] !== undefined) return errors[0].extensions.code;
  const at = (value: unknown, [name, ...rest]: string[]): string => {
    if (Array.isArray(value))
      return (
        value
          .map((part) => at(part, [name, ...rest].filter(Boolean) as string[]))
          .sort()
          .join("+") || "none"
      );
    if (name === undefined || value === null) return String(value).replaceAll(" ", "_");
    return at((value as Record<string, unknown>)[name], rest);
  };
  return at(data, path.split("."));
}

const U = "UNAUTHENTICATED";
const all = "a_parent's_words+a_tutor's_words";

/** Field of the session, path to what is read, and what each of VIEWERS reads there. */
const FIELDS: Record<string, readonly [field: string, path: string, expected: string]> = {
  "its status": ["status", "status", `${U} IN_PROGRESS IN_PROGRESS IN_PROGRESS IN_PROGRESS IN_PROGRESS null`],
  "its attendance": ["attendance { studentStatus }", "attendance.studentStatus", `${U} LATE LATE LATE LATE LATE null`],
  "who marked": ["attendance { markedBy { id } }", "attendance.markedBy.id", `${U} 1 1 1 1 1 null`],
  "the tutor's notes": [
    "attendance { notes }",
    "attendance.notes",
    `${U} null null a_tutor's_words a_tutor's_words a_tutor's_words null`,
  ],
  "notes in the history": [
    "attendanceHistory { nodes { notes } }",
    "attendanceHistory.nodes.notes",
    `${U} none a_parent's_words ${all} ${all} ${all} null`,
  ],
  "notes in the history's edges": [
    "attendanceHistory { edges { node { notes } } }",
    "attendanceHistory.edges.node.notes",
    `${U} none a_parent's_words ${all} ${all} ${all} null`,
  ],
  "how many marks": ["attendanceHistory { totalCount }", "attendanceHistory.totalCount", `${U} 0 1 2 2 2 null`],
  "live presence": [
    "whiteboardSession { presence { student { connected } } }",
    "whiteboardSession.presence.student.connected",
    `${U} true true true true true null`,
  ],
  spans: [
    "whiteboardSession { spans { role } }",
    "whiteboardSession.spans.role",
    `${U} STUDENT STUDENT STUDENT+TUTOR STUDENT+TUTOR STUDENT+TUTOR null`,
  ],
  "spans, the long way round": [
    "whiteboardSession { session { whiteboardSession { spans { role } } } }",
    "whiteboardSession.session.whiteboardSession.spans.role",
    `${U} STUDENT STUDENT STUDENT+TUTOR STUDENT+TUTOR STUDENT+TUTOR null`,
  ],
  "the suggestion": [
    "attendanceSuggestion { isFinal }",
    "attendanceSuggestion.isFinal",
    `${U} null null false false false null`,
  ],
};

describe("§6 reading a session", () => {
  for (const [name, [field, path, expected]] of Object.entries(FIELDS)) {
    test(`${name}: ${expected}`, async () => {
      const query = `{ session(id: ${here.sessionId}) { ${field} } }`;
      const read = await Promise.all(VIEWERS.map((who) => reads(who, query, `session.${path}`)));
      expect(read.join(" ")).toBe(expected);
    });
  }
});

/** Query, path, and what each of VIEWERS reads there. */
const QUERIES: Record<string, readonly [query: string, path: string, expected: string]> = {
  "attendanceSuggestion($session)": [
    "attendanceSuggestion(sessionId: $session) { isFinal }",
    "attendanceSuggestion.isFinal",
    `${U} FORBIDDEN FORBIDDEN false false false NOT_FOUND`,
  ],
  "whiteboardSession($room)": [
    "whiteboardSession(id: $room) { session { status } }",
    "whiteboardSession.session.status",
    `${U} IN_PROGRESS IN_PROGRESS IN_PROGRESS IN_PROGRESS IN_PROGRESS null`,
  ],
  "connectionStatus($room)": [
    "connectionStatus(whiteboardSessionId: $room) { tutor { connected user { name } } }",
    "connectionStatus.tutor.user.name",
    `${U} Tia_Tutor Tia_Tutor Tia_Tutor Tia_Tutor Tia_Tutor NOT_FOUND`,
  ],
  sessions: ["sessions { totalCount nodes { status } }", "sessions.totalCount", `${U} 1 1 1 1 1 0`],
  me: ["me { name }", "me.name", "null Sam_Student Pat_Parent Tia_Tutor User_8 User_9 User_99"],
  __typename: ["__typename", "__typename", "Query Query Query Query Query Query Query"],
};

describe("§6 queries", () => {
  for (const [name, [query, path, expected]] of Object.entries(QUERIES)) {
    test(`${name}: ${expected}`, async () => {
      const { sessionId, room } = here;
      const text = `{ ${query.replace("$session", sessionId).replace("$room", room)} }`;
      const read = await Promise.all(VIEWERS.map((who) => reads(who, text, path)));
      expect(read.join(" ")).toBe(expected);
    });
  }
});
