import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { recount } from "../../../src/database/presence/recount.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import { connect, jump, leave, spans, status } from "../../support/presence.ts";
import { listenToStatements, type Statements } from "../../support/statements.ts";

let app: TestApp;
let statements: Statements;
beforeAll(async () => {
  statements = listenToStatements();
  app = await testApp();
});
afterEach(async () => {
  expect((await recount(app.store.database.prisma)).differences).toEqual([]);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.dispose();
});

const actor = { id: STUDENT, roles: new Set(["student"] as const) };
const SPANS = `query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) { spans { active activeSeconds startedAt endedAt } } }`;

/** IDLE and DRAW in turns, every five seconds. */
async function flip(ids: readonly string[], times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    app.clock.jumpTo(app.clock.now() + 5_000);
    const activity = i % 2 === 0 ? "IDLE" : "DRAW";
    await Promise.all(ids.map((id) => app.app.services.connections.heartbeat(actor, id, activity, app.clock.now())));
  }
}

test("P10 changes of activity that follow each other stay in one span after ten, and active time stays exact", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  await flip([id], 48);
  expect(await status(student, whiteboard)).toMatchObject({
    version: 49,
    student: { active: true, totalActiveSeconds: 120, openConnections: 1 },
  });
  const { whiteboardSession } = await student.get(SPANS, { whiteboard });
  // Nine changes of 45 s, then one span a minute.
  expect(whiteboardSession.spans).toHaveLength(10 + 3);
  const seconds = (whiteboardSession.spans as { activeSeconds: number }[]).map((span) => span.activeSeconds);
  expect(seconds.reduce((a, b) => a + b)).toBe(120);
  expect(seconds.slice(9, 12)).toEqual([30, 30, 30]);
  await leave(student, id);
  expect((await status(student, whiteboard)).student.totalActiveSeconds).toBe(120);
});

test("P10 D4 a change reads the open spans, not the closed ones, however many there are", async () => {
  const { student, whiteboard } = await lesson(app);
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) ids.push((await connect(student, whiteboard)).id);
  await flip(ids, 4);
  const { prisma } = app.store.database;
  // Spans that only the carried totals know: a change that read all spans would count them.
  await prisma.$executeRawUnsafe(
    `update connection_spans set active = true where whiteboard_session_id = $1::int and ended_at is not null`,
    Number(whiteboard),
  );
  await flip(ids, 2);
  await leave(student, ids[0]!);
  const { student: now } = await status(student, whiteboard);
  expect(now).toMatchObject({ totalActiveSeconds: 15, openConnections: 4 });
  await prisma.$executeRawUnsafe(
    `update connection_spans set active = (end_reason <> 'ACTIVE')
     where whiteboard_session_id = $1::int and ended_at is not null`,
    Number(whiteboard),
  );
});

test("D4 D6 what a server of an older version wrote takes what is carried out of force", async () => {
  const { student, whiteboard } = await lesson(app);
  const first = await connect(student, whiteboard);
  const second = await connect(student, whiteboard);
  jump(app, new Date(app.clock.now() + 10_000).toISOString().slice(11, 19));
  await leave(student, first.id);
  const { prisma } = app.store.database;
  const before = await prisma.whiteboardSession.findUniqueOrThrow({ where: { id: Number(whiteboard) } });
  jump(app, new Date(app.clock.now() + 20_000).toISOString().slice(11, 19));
  await leave(student, second.id);
  // As if that had been written by one that does not know the column.
  await prisma.whiteboardSession.update({
    where: { id: Number(whiteboard) },
    data: { carried: before.carried as object },
  });
  expect((await status(student, whiteboard)).student).toMatchObject({ totalActiveSeconds: 30, openConnections: 0 });
  await connect(student, whiteboard);
  await expectTrueColumns(app);
});

test("D4 a connection that begins behind what is settled is counted as all spans say", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  app.clock.jumpTo(app.clock.now() + 30_000);
  await leave(student, id);
  // The clock of another server, ten seconds behind.
  app.clock.jumpTo(app.clock.now() - 10_000);
  const sent = await statements.during(() => connect(student, whiteboard));
  expect(sent.length).toBeLessThanOrEqual(10);
  app.clock.jumpTo(app.clock.now() + 15_000);
  const open = (await spans(student, whiteboard)).filter((span) => span.includes("("));
  expect(open).toHaveLength(1);
  expect((await status(student, whiteboard)).student.totalActiveSeconds).toBe(30);
});
