import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../support/app.ts";
import { lesson, type Lesson, PARENT, STUDENT, TUTOR } from "../support/lesson.ts";

let app: TestApp;
let here: Lesson;
/** A session of other people that exists, and its room and a connection to it. */
let foreign: { session: string; room: string; connection: string };
const MISSING = { session: "2000000000", room: "2000000000", connection: randomUUID() };
const OTHERS = { tutor: 30, student: 31, parent: 32 };

beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
  const { admin, service } = here;
  await admin.get(`mutation {
    tutor: upsertUser(input: { id: ${OTHERS.tutor}, name: "T" }) { id }
    parent: upsertUser(input: { id: ${OTHERS.parent}, name: "P" }) { id }
    student: upsertUser(input: { id: ${OTHERS.student}, name: "S", parentIds: [${OTHERS.parent}] }) { id } }`);
  const { scheduleSession } = await admin.get(`mutation { scheduleSession(input: { tutorId: ${OTHERS.tutor},
    studentId: ${OTHERS.student}, scheduledStart: "2026-03-02T16:00:00Z", scheduledEnd: "2026-03-02T17:00:00Z" }) { id } }`);
  const session = scheduleSession.id as string;
  const { openWhiteboard } = await admin.get(`mutation { openWhiteboard(sessionId: ${session}) { id } }`);
  const { connect } = await service.get(`mutation { connect(input: { whiteboardSessionId: ${openWhiteboard.id},
    userId: ${OTHERS.student} }) { id } }`);
  foreign = { session, room: openWhiteboard.id, connection: connect.id };
});
afterAll(() => app.dispose());

const OPERATIONS = {
  session: "query ($session: ID!) { session(id: $session) { id } }",
  whiteboardSession: "query ($room: ID!) { whiteboardSession(id: $room) { id } }",
  connectionStatus: "query ($room: ID!) { connectionStatus(whiteboardSessionId: $room) { version } }",
  attendanceSuggestion: "query ($session: ID!) { attendanceSuggestion(sessionId: $session) { isFinal } }",
  openWhiteboard: "mutation ($session: ID!) { openWhiteboard(sessionId: $session) { id } }",
  endSession: "mutation ($session: ID!) { endSession(sessionId: $session) { id } }",
  cancelSession: "mutation ($session: ID!) { cancelSession(sessionId: $session) { id } }",
  markAttendance:
    "mutation ($session: ID!) { markAttendance(input: { sessionId: $session, studentStatus: LATE }) { id } }",
  "markAttendance, badly": `mutation ($session: ID!) { markAttendance(input: { sessionId: $session, notes: "\\u0000" }) { id } }`,
  connect: "mutation ($room: ID!) { connect(input: { whiteboardSessionId: $room }) { id } }",
  "connect for somebody": "mutation ($room: ID!) { connect(input: { whiteboardSessionId: $room, userId: 31 }) { id } }",
  heartbeat: "mutation ($connection: ID!) { heartbeat(connectionId: $connection) { open } }",
  "heartbeat, idle": "mutation ($connection: ID!) { heartbeat(connectionId: $connection, activity: IDLE) { open } }",
  disconnect: "mutation ($connection: ID!) { disconnect(connectionId: $connection) { open } }",
  recordConnectionEvents: `mutation ($room: ID!) { recordConnectionEvents(whiteboardSessionId: $room, events: []) { version } }`,
} as const;

async function raw(caller: Caller, query: string, variables: object): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${await caller.token}` };
  const response = await fetch(app.url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return { status: response.status, text: await response.text() };
}

describe("§6 what one may not know of looks exactly like what does not exist", () => {
  const viewers = {
    student: () => here.student,
    parent: () => here.parent,
    tutor: () => here.tutor,
    stranger: () => here.stranger,
    "a person of no role": () => app.as(77),
    "the other student's parent as a student": () => app.as(PARENT, "student", "tutor"),
  };
  for (const [who, viewer] of Object.entries(viewers)) {
    test.each(Object.entries(OPERATIONS))(`for ${who}: %s`, async (_name, query) => {
      const [exists, missing] = [await raw(viewer(), query, foreign), await raw(viewer(), query, MISSING)];
      expect(exists).toEqual(missing);
      expect(exists.text).toMatch(/"code":"NOT_FOUND"|^{"data":{"(session|whiteboardSession)":null}}$/);
    });
  }

  test("nothing came of it", async () => {
    const { session } = await here.admin.get(`{ session(id: ${foreign.session}) { status attendance { version }
      whiteboardSession { spans { lastSeenAt endedAt } presence { version } } } }`);
    expect(session).toMatchObject({ status: "IN_PROGRESS", attendance: { version: 0 } });
    expect(session.whiteboardSession).toEqual({
      spans: [{ lastSeenAt: "2026-03-02T15:00:00.000Z", endedAt: null }],
      presence: { version: 1 },
    });
  });

  test("nor does a list or its total tell of it, whatever is asked for", async () => {
    const { student, parent, tutor, stranger, admin } = here;
    const total = async (caller: Caller, filter: object) =>
      (
        await caller.get(
          "query ($filter: SessionFilter) { sessions(filter: $filter) { totalCount nodes { id } pageInfo { hasNextPage } } }",
          { filter },
        )
      ).sessions;
    const none = { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } };
    const theirs = { totalCount: 1, nodes: [{ id: here.sessionId }], pageInfo: { hasNextPage: false } };
    for (const caller of [student, parent, tutor]) {
      expect(await total(caller, {})).toEqual(theirs);
      expect(await total(caller, { tutorId: String(TUTOR), studentId: String(STUDENT) })).toEqual(theirs);
      for (const filter of [{ tutorId: "30" }, { studentId: "31" }, { status: "IN_PROGRESS" }]) {
        expect(await total(caller, filter)).toEqual(none);
      }
    }
    expect(await total(stranger, {})).toEqual(none);
    expect((await total(admin, {})).totalCount).toBe(2);
  });

  test("a parent whose link is gone knows of nothing any more", async () => {
    const query = `{ session(id: ${foreign.session}) { id } }`;
    const parent = app.as(OTHERS.parent, "parent");
    expect((await parent.get(query)).session).toEqual({ id: foreign.session });
    await here.admin.get(`mutation { upsertUser(input: { id: ${OTHERS.student}, name: "S", parentIds: [] }) { id } }`);
    expect((await parent.get(query)).session).toBeNull();
  });
});
