import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson, STUDENT, TUTOR } from "../../support/lesson.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const open = (sessionId: string) => `mutation { openWhiteboard(sessionId: ${sessionId}) { id openedAt closedAt } }`;
const end = (sessionId: string) => `mutation { endSession(sessionId: ${sessionId}) { status endedAt } }`;
const cancel = (sessionId: string) => `mutation { cancelSession(sessionId: ${sessionId}) { status endedAt } }`;
const connect = (whiteboard: string) => `mutation { connect(input: { whiteboardSessionId: ${whiteboard} }) { id } }`;
const whiteboardOf = async ({ admin, sessionId }: Lesson) =>
  (await admin.get(`{ session(id: ${sessionId}) { whiteboardSession { closedAt spans { endedAt endReason } } } }`))
    .session.whiteboardSession;

describe("openWhiteboard", () => {
  test("P1 records no attendance", async () => {
    const { tutor, sessionId } = await lesson(app, { open: false });
    app.clock.jumpTo(app.clock.at("16:00"));
    const { openWhiteboard } = await tutor.get(`mutation { openWhiteboard(sessionId: ${sessionId}) {
      openedAt closedAt spans { connectionId }
      presence { version tutor { connected connectedAt totalActiveSeconds } student { connected connectedAt } }
      session { status attendance { marked source version } attendanceHistory { totalCount } } } }`);
    expect(openWhiteboard).toEqual({
      openedAt: "2026-03-02T16:00:00.000Z",
      closedAt: null,
      spans: [],
      presence: {
        version: 0,
        tutor: { connected: false, connectedAt: null, totalActiveSeconds: 0 },
        student: { connected: false, connectedAt: null },
      },
      session: {
        status: "SCHEDULED",
        attendance: { marked: false, source: "SYSTEM_DEFAULT", version: 0 },
        attendanceHistory: { totalCount: 0 },
      },
    });
    app.clock.jumpTo(app.clock.at("15:00"));
  });

  test("returns the open one, to everybody who asks at once too", async () => {
    const { tutor, admin, service, sessionId } = await lesson(app, { open: false });
    const callers = [tutor, admin, service, tutor, admin];
    const whiteboards = await Promise.all(
      callers.map(async (caller) => (await caller.get(open(sessionId))).openWhiteboard),
    );
    await app.clock.advance(60_000);
    whiteboards.push((await tutor.get(open(sessionId))).openWhiteboard);
    expect(new Set(whiteboards.map((whiteboard) => JSON.stringify(whiteboard))).size).toBe(1);
  });

  test("P16 is refused once the session is over, with a whiteboard or without", async () => {
    for (const withWhiteboard of [true, false]) {
      const cancelled = await lesson(app, { open: withWhiteboard });
      await cancelled.tutor.get(cancel(cancelled.sessionId));
      expect(await cancelled.admin.code(open(cancelled.sessionId))).toBe("SESSION_ENDED");
      const ended = await lesson(app, { open: withWhiteboard, start: "15:00", end: "15:30" });
      await ended.tutor.get(end(ended.sessionId));
      expect(await ended.admin.code(open(ended.sessionId))).toBe("SESSION_ENDED");
    }
  });
});

describe("P16 ending and cancelling", () => {
  test.each([true, false])(
    "ending: not before the start, once, for good (with a whiteboard: %s)",
    async (withWhiteboard) => {
      const { tutor, admin, sessionId } = await lesson(app, { open: withWhiteboard });
      expect(await tutor.code(end(sessionId))).toBe("CONFLICT");
      app.clock.jumpTo(app.clock.at("16:00"));
      const ended = { status: "COMPLETED", endedAt: "2026-03-02T16:00:00.000Z" };
      expect((await tutor.get(end(sessionId))).endSession).toEqual(ended);
      app.clock.jumpTo(app.clock.at("16:05"));
      expect((await admin.get(end(sessionId))).endSession).toEqual(ended);
      expect(await tutor.code(cancel(sessionId))).toBe("CONFLICT");
      app.clock.jumpTo(app.clock.at("15:00"));
    },
  );

  test.each([true, false])(
    "cancelling: at any time before the end, for good (with a whiteboard: %s)",
    async (withWhiteboard) => {
      const { tutor, admin, sessionId } = await lesson(app, { open: withWhiteboard });
      const cancelled = { status: "CANCELLED", endedAt: null };
      expect((await tutor.get(cancel(sessionId))).cancelSession).toEqual(cancelled);
      expect((await admin.get(cancel(sessionId))).cancelSession).toEqual(cancelled);
      expect(await tutor.code(end(sessionId))).toBe("CONFLICT");
    },
  );

  test("several ends at once are one", async () => {
    const { tutor, admin, service, sessionId } = await lesson(app, { start: "15:00", end: "15:30" });
    const all = await Promise.all([tutor, admin, service, tutor].map((caller) => caller.get(end(sessionId))));
    expect(new Set(all.map((each) => each.endSession.endedAt)).size).toBe(1);
  });

  test.each(["end", "cancel"])("P12 %s closes what is open, credited to the last proof of life", async (how) => {
    const here = await lesson(app, { start: "15:00", end: "16:00" });
    const { tutor, student, whiteboard, sessionId } = here;
    const { connect: connection } = await student.get(connect(whiteboard));
    await tutor.get(connect(whiteboard));
    const at = app.clock.now();
    await app.clock.advance(20_000);
    await tutor.get(how === "end" ? end(sessionId) : cancel(sessionId));
    const lastSeen = { endedAt: new Date(at).toISOString(), endReason: "SESSION_ENDED" };
    const closedAt = new Date(at + 20_000).toISOString();
    expect(await whiteboardOf(here)).toEqual({ closedAt, spans: [lastSeen, lastSeen] });
    const beat = `mutation { heartbeat(connectionId: "${connection.id}") { open } }`;
    expect(await student.code(beat)).toBe("SESSION_ENDED");
    expect(await student.code(connect(whiteboard))).toBe("SESSION_ENDED");
    app.clock.jumpTo(app.clock.at("15:00"));
  });

  test("the first connection puts a session in progress, for both to see", async () => {
    const { student, parent, whiteboard, sessionId } = await lesson(app);
    const status = async () => (await parent.get(`{ session(id: ${sessionId}) { status } }`)).session.status as string;
    expect(await status()).toBe("SCHEDULED");
    await student.get(connect(whiteboard));
    expect(await status()).toBe("IN_PROGRESS");
    const { sessions } = await parent.get(`{ sessions(filter: { status: IN_PROGRESS, tutorId: ${TUTOR},
      studentId: ${STUDENT} }) { nodes { id } } }`);
    expect(sessions.nodes).toContainEqual({ id: sessionId });
  });
});
