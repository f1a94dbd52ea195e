import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { rawSocket, subscribe } from "../../support/raw-socket.ts";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
});
afterAll(() => app.dispose());

interface Told {
  readonly message: string;
  readonly locations?: readonly object[];
  readonly extensions: { readonly code: string; readonly field?: string; readonly retryable: boolean };
}

const errorsOf = async (query: string, variables: object = {}) =>
  ((await here.admin.ask(query, variables)).errors ?? []) as unknown as Told[];
const fieldsOf = async (query: string, variables: object = {}) =>
  (await errorsOf(query, variables)).map(({ extensions }) => [extensions.code, extensions.field]);

const MARK = "mutation ($input: MarkAttendanceInput!) { markAttendance(input: $input) { id } }";
const SCHEDULE = "mutation ($input: ScheduleSessionInput!) { scheduleSession(input: $input) { title } }";
const REPORT = `mutation ($whiteboard: ID!, $events: [ConnectionEventInput!]!) {
  recordConnectionEvents(whiteboardSessionId: $whiteboard, events: $events) { version } }`;

describe("§7 an error about a value names its argument, in its message and as extensions.field", () => {
  test("written into the operation as it does for a variable: an enum as text, two wrong times", async () => {
    const inline = 'mutation { markAttendance(input: { sessionId: 1, studentStatus: "LATE" }) { id } }';
    const [written] = await errorsOf(inline);
    const [sent] = await errorsOf(MARK, { input: { sessionId: 1, studentStatus: 1 } });
    for (const error of [written, sent]) {
      expect(error?.message).toContain('at "input.studentStatus"; Enum "AttendanceStatus" cannot represent');
      expect(error?.extensions).toEqual({ code: "BAD_USER_INPUT", field: "input.studentStatus", retryable: false });
    }
    const times = await errorsOf('{ sessions(filter: { from: "today", to: "tomorrow" }) { totalCount } }');
    expect(times.map(({ message, locations, extensions }) => [message, locations?.length, extensions.field])).toEqual(
      ["from", "to"].map((name) => [
        `Argument "filter" got invalid value "${name === "from" ? "today" : "tomorrow"}" at "filter.${name}"; Must be an RFC 3339 date-time with an offset, such as 2026-03-02T16:00:00+01:00.`,
        1,
        `filter.${name}`,
      ]),
    );
  });

  const input = {
    tutorId: "1",
    studentId: "2",
    scheduledStart: "2030-01-01T10:00:00Z",
    scheduledEnd: "2030-01-01T11:00:00Z",
  };
  const event = { connectionId: "x", userId: "1", kind: "CONNECT", at: "2026-03-02T15:00:00Z" };
  const cases: [name: string, query: string, variables: object, code: string, field: string][] = [
    [
      "missing in the text",
      "mutation { markAttendance(input: { notes: null }) { id } }",
      {},
      "BAD_USER_INPUT",
      "input.sessionId",
    ],
    ["missing in a variable", MARK, { input: {} }, "BAD_USER_INPUT", "input.sessionId"],
    [
      "unknown",
      "mutation { markAttendance(input: { sessionId: 1, more: 1 }) { id } }",
      {},
      "BAD_USER_INPUT",
      "input.more",
    ],
    ["no variable", MARK, {}, "BAD_USER_INPUT", "input"],
    [
      "a variable deep in an argument",
      "query ($a: DateTime) { sessions(filter: { from: $a }) { totalCount } }",
      { a: "x" },
      "BAD_USER_INPUT",
      "filter.from",
    ],
    [
      "in a list, in the text",
      `mutation { recordConnectionEvents(whiteboardSessionId: 1, events: [{ connectionId: "1", userId: 1, kind: CONNECT, at: "x" }]) { version } }`,
      {},
      "BAD_USER_INPUT",
      "events[0].at",
    ],
    [
      "in a list, in a variable",
      REPORT,
      { whiteboard: "1", events: [event, { ...event, at: "x" }] },
      "BAD_USER_INPUT",
      "events[1].at",
    ],
    ["an id that is none", "{ session(id: 0) { id } }", {}, "BAD_USER_INPUT", "id"],
    ["an id in an input", SCHEDULE, { input: { ...input, tutorId: "x" } }, "BAD_USER_INPUT", "input.tutorId"],
    ["a filter's id", '{ sessions(filter: { tutorId: "x" }) { totalCount } }', {}, "BAD_USER_INPUT", "filter.tutorId"],
    ["a page's size", "{ sessions(first: 0) { totalCount } }", {}, "VALIDATION_FAILED", "first"],
    ["a cursor", '{ sessions(after: "x") { totalCount } }', {}, "BAD_USER_INPUT", "after"],
    [
      "an end before its start",
      SCHEDULE,
      { input: { ...input, scheduledEnd: input.scheduledStart } },
      "VALIDATION_FAILED",
      "input.scheduledEnd",
    ],
    ["a title", SCHEDULE, { input: { ...input, title: "x".repeat(201) } }, "VALIDATION_FAILED", "input.title"],
    ["a zone", SCHEDULE, { input: { ...input, timeZone: "x" } }, "VALIDATION_FAILED", "input.timeZone"],
    ["a name", 'mutation { upsertUser(input: { name: " " }) { id } }', {}, "VALIDATION_FAILED", "input.name"],
    [
      "one of several",
      'mutation { upsertUser(input: { name: "N", parentIds: [1, 0] }) { id } }',
      {},
      "BAD_USER_INPUT",
      "input.parentIds[1]",
    ],
  ];
  test.each(cases)("%s", async (_name, query, variables, code, field) => {
    expect(await fieldsOf(query, variables)).toEqual([[code, field]]);
  });

  test("in a report the event", async () => {
    const events = [0, 1].map((i) => ({ ...event, connectionId: crypto.randomUUID(), userId: i === 0 ? TUTOR : 8 }));
    expect(await fieldsOf(REPORT, { whiteboard: here.whiteboard, events })).toEqual([
      ["BAD_USER_INPUT", "events[1].userId"],
    ]);
  });

  test("over a WebSocket too", async () => {
    const socket = await rawSocket(app.url);
    await socket.hello(await here.admin.token);
    socket.send(subscribe("a", '{ sessions(filter: { from: "today" }) { totalCount } }'));
    expect(JSON.parse(await socket.next())).toMatchObject({
      payload: [{ extensions: { code: "BAD_USER_INPUT", field: "filter.from", retryable: false } }],
    });
    socket.socket.terminate();
  });

  test("and an error about none has no field", async () => {
    const [error] = await errorsOf("mutation { endSession(sessionId: 4711) { id } }");
    expect(error?.extensions).toEqual({ code: "NOT_FOUND", retryable: false });
  });
});

describe("§7 a title that is empty, or white space alone, is no title", () => {
  test.each(["", " ", "\n\t"])("%j", async (title) => {
    const input = { tutorId: TUTOR, studentId: STUDENT, title };
    const times = { scheduledStart: "2030-01-01T10:00:00Z", scheduledEnd: "2030-01-01T11:00:00Z" };
    expect(await here.admin.get(SCHEDULE, { input: { ...input, ...times } })).toEqual({
      scheduleSession: { title: null },
    });
  });
});
