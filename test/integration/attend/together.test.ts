import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { CONNECT, connect, end, jump, newDay, spans, status } from "../../support/presence.ts";
import { listenToStatements, type Statements } from "../../support/statements.ts";

let app: TestApp;
let statements: Statements;
beforeAll(async () => {
  statements = listenToStatements();
  app = await testApp();
});
beforeEach(() => newDay(app));
afterAll(async () => {
  await app.dispose();
  vi.restoreAllMocks();
});

const student = () => ({ id: STUDENT, roles: new Set(["student"] as const) });
const tutor = () => ({ id: TUTOR, roles: new Set(["tutor"] as const) });
const enter = (
  whiteboard: string,
  connectionId: string | null = null,
  actor: ReturnType<typeof student | typeof tutor> = student(),
) => app.app.services.connect(actor, { whiteboardSessionId: whiteboard, connectionId }, null);

test("P4, P14 many who connect at once cost the statements of one, and each is told their own", async () => {
  const whiteboards: string[] = [];
  for (let i = 0; i < 30; i += 1) whiteboards.push((await lesson(app)).whiteboard);
  const alone = await statements.during(() => enter(whiteboards[0]!));
  const together = await statements.during(() =>
    Promise.all(whiteboards.slice(1).map((whiteboard) => enter(whiteboard))),
  );
  expect(together).toHaveLength(alone.length);
  for (const whiteboard of whiteboards)
    expect((await status(app.as(TUTOR, "tutor"), whiteboard)).student.openConnections).toBe(1);
  await expectTrueColumns(app);
});

test("P3, P12 one who is refused, or whose id is taken, stands in nobody's way", async () => {
  const [over, ...others] = [await lesson(app), await lesson(app), await lesson(app), await lesson(app)];
  jump(app, "16:30");
  await end(over.tutor, over.sessionId);
  const taken = (await connect(over.tutor, others[0].whiteboard)).id;
  const contested = randomUUID();
  const outcomes = await Promise.allSettled([
    enter(over.whiteboard),
    enter(others[0].whiteboard, taken),
    enter(others[1].whiteboard, contested),
    enter(others[2].whiteboard, contested),
    // Two of one whiteboard session, and the same retry twice.
    enter(others[0].whiteboard),
    enter(others[0].whiteboard, null, tutor()),
    enter("999999999"),
  ]);
  const told = outcomes.map((each) => (each.status === "fulfilled" ? "open" : (each.reason as { code: string }).code));
  expect([told[0], told[1]]).toEqual(["SESSION_ENDED", "CONFLICT"]);
  expect(told.slice(2, 4).sort()).toEqual(["CONFLICT", "open"]);
  expect(told.slice(4)).toEqual(["open", "open", "NOT_FOUND"]);
  expect(await status(over.tutor, others[0].whiteboard)).toMatchObject({
    tutor: { openConnections: 2 },
    student: { openConnections: 1 },
  });
  expect(await over.student.code(CONNECT, { input: { whiteboardSessionId: over.whiteboard } })).toBe("SESSION_ENDED");
  await expectTrueColumns(app);
});

test("P8 many whose sockets close at once are gone at once, in the statements of one", async () => {
  const { services } = app.app;
  const whiteboards: string[] = [];
  for (let i = 0; i < 30; i += 1) whiteboards.push((await lesson(app)).whiteboard);
  const sockets = whiteboards.map(() => randomUUID());
  for (const [i, whiteboard] of whiteboards.entries()) {
    services.sockets.open(sockets[i]!);
    await services.connect(student(), { whiteboardSessionId: whiteboard, connectionId: null }, sockets[i]!);
  }
  const close = (socketId: string) => services.sockets.close(socketId, { at: app.clock.now(), alive: false });
  const alone = await statements.during(() => close(sockets[0]!));
  const together = await statements.during(() => Promise.all(sockets.slice(1).map(close)));
  expect(together).toHaveLength(alone.length);
  for (const whiteboard of whiteboards)
    expect(await spans(app.as(TUTOR, "tutor"), whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:00 SOCKET_CLOSED"]);
  await expectTrueColumns(app);
});
