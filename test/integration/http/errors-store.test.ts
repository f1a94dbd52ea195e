import { afterEach, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { testDatabase } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";

let app: TestApp | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await app?.dispose();
});

test("§7 a fault of ours is masked: no SQL, stack, path or name of the store reaches a client", async () => {
  app = await testApp();
  const { tutor, admin, sessionId, whiteboard } = await lesson(app);
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { prisma } = app.store.database;
  await prisma.$executeRawUnsafe("alter table attendance_marks rename to hidden_marks");
  await prisma.$executeRawUnsafe("alter table connection_spans rename column seq to place");
  await prisma.$executeRawUnsafe("alter table users rename column name to title");
  const operations = [
    `{ session(id: ${sessionId}) { attendanceHistory { totalCount nodes { id } } } }`,
    `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE }) { id } }`,
    `mutation { connect(input: { whiteboardSessionId: ${whiteboard} }) { id } }`,
    `{ connectionStatus(whiteboardSessionId: ${whiteboard}) { version } }`,
    `{ sessions { nodes { tutor { name } } } }`,
    "{ me { name } }",
  ];
  for (const operation of operations) {
    const answer = await tutor.ask(operation);
    const [error] = answer.errors ?? [];
    expect(error).toMatchObject({
      message: "Something went wrong here.",
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
    expect(Object.keys(error?.extensions ?? {})).toEqual(["code", "retryable"]);
    expect(JSON.stringify(answer)).not.toMatch(
      /prisma|select |relation|P20\d\d|42\w{3}|node_modules|\/src\/|\.ts|stack/i,
    );
  }
  // Whoever runs it is told all that clients are not.
  expect(logged.mock.calls.length).toBeGreaterThanOrEqual(operations.length);
  expect(await admin.code('mutation { upsertUser(input: { id: 80, name: "N" }) { id } }')).toBe(
    "INTERNAL_SERVER_ERROR",
  );
});

test("§7 while the database is away everything is UNAVAILABLE, and it is no fault of ours", async () => {
  const store = await testDatabase();
  app = await testApp({ store });
  const { tutor, student, sessionId, whiteboard } = await lesson(app);
  const { connect } = await student.get(`mutation { connect(input: { whiteboardSessionId: ${whiteboard} }) { id } }`);
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await store.database.close();
  const operations = [
    `{ session(id: ${sessionId}) { id } }`,
    "{ sessions { totalCount } }",
    `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE }) { id } }`,
    `mutation { endSession(sessionId: ${sessionId}) { id } }`,
    `{ attendanceSuggestion(sessionId: ${sessionId}) { isFinal } }`,
  ];
  for (const operation of operations) expect(await tutor.code(operation)).toBe("UNAVAILABLE");
  const beat = `mutation { heartbeat(connectionId: "${connect.id}") { open } }`;
  expect(await student.code(beat)).toBe("UNAVAILABLE");
  expect(await student.code(`mutation { connect(input: { whiteboardSessionId: ${whiteboard} }) { id } }`)).toBe(
    "UNAVAILABLE",
  );
  // What needs no database is answered as before.
  expect(await tutor.get("{ __typename }")).toEqual({ __typename: "Query" });
  expect(await tutor.code("{ session(id: 0) { id } }")).toBe("BAD_USER_INPUT");
  expect(logged).not.toHaveBeenCalled();
  await app.dispose();
  await store.dispose();
  app = undefined;
});
