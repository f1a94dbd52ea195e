import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson } from "../../support/lesson.ts";
import { read } from "../../support/reader.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

test("a whole lesson, from scheduling to the audited mark", async () => {
  const { tutor, student, whiteboard, sessionId } = await lesson(app);
  const presence = read(
    tutor.socket(),
    "subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { event version student { connected } } }",
    { whiteboard },
    "presence",
  );
  expect(await presence.next()).toEqual({ event: "SNAPSHOT", version: 0, student: { connected: false } });

  app.clock.jumpTo(app.clock.at("16:08"));
  const { connect } = await student.get(
    "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id open heartbeatSeconds } }",
    { whiteboard },
  );
  expect(connect).toMatchObject({ open: true, heartbeatSeconds: 15 });
  expect(await presence.next()).toEqual({ event: "CONNECTED", version: 1, student: { connected: true } });

  for (let beat = 0; beat < 12; beat += 1) {
    await app.clock.advance(15_000);
    await student.get("mutation ($id: ID!) { heartbeat(connectionId: $id) { lastActivityAt } }", { id: connect.id });
  }
  await student.get("mutation ($id: ID!) { disconnect(connectionId: $id) { open } }", { id: connect.id });
  expect(await presence.next()).toMatchObject({ event: "DISCONNECTED", student: { connected: false } });

  app.clock.jumpTo(app.clock.at("17:00"));
  await tutor.get("mutation ($id: ID!) { endSession(sessionId: $id) { status } }", { id: sessionId });
  expect(await presence.next()).toMatchObject({ event: "SESSION_ENDED" });
  const { markAttendance } = await tutor.get(
    `mutation ($id: ID!) { markAttendance(input: { sessionId: $id, useSuggestion: true }) {
      attendance { studentStatus tutorStatus source version } attendanceHistory { totalCount } } }`,
    { id: sessionId },
  );
  expect(markAttendance).toEqual({
    attendance: { studentStatus: "ABSENT", tutorStatus: "ABSENT", source: "WHITEBOARD_AUTO", version: 1 },
    attendanceHistory: { totalCount: 1 },
  });
});
