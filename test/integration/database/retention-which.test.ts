import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { recount } from "../../../src/database/presence/recount.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { CANCEL, connect, end, jump, newDay, report, REPORT, reported, spans, story } from "../../support/presence.ts";
import { rows } from "../../support/rows.ts";
import { suggested } from "../../support/suggestion.ts";

const DAY = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ env: { RETENTION_DAYS: "1" } });
});
beforeEach(async () => {
  newDay(app);
  app.clock.jumpTo(app.clock.now() + 10 * DAY);
  await app.app.services.maintenanceJobs.removeOldEvidence();
});
afterAll(() => app.dispose());

const remove = () => app.app.services.maintenanceJobs.removeOldEvidence();
const removed = async ({ whiteboard }: Lesson): Promise<boolean> => {
  const found = await app.store.database.prisma.whiteboardSession.findUniqueOrThrow({
    where: { id: Number(whiteboard) },
  });
  return found.evidenceRemovedAt !== null;
};

async function attended(options: Parameters<typeof lesson>[1] = {}): Promise<Lesson> {
  const here = await lesson(app, options);
  await connect(here.student, here.whiteboard);
  return here;
}

test("D6 a session that is not over keeps its evidence, however old", async () => {
  const here = await lesson(app);
  // Joined and never left: nobody ends it, and somebody is connected.
  await report(app, here.service, here.whiteboard, story(["CONNECT 15:00"]), "INTERVALS");
  await app.clock.advance(5_000);
  app.clock.jumpTo(app.clock.now() + 400 * DAY);
  expect([await remove(), await removed(here)]).toEqual([0, false]);
  jump(app, "17:00");
  await end(here.tutor, here.sessionId);
});

test("D6 a cancelled session loses its evidence as well, counted from when it was cancelled", async () => {
  const here = await attended();
  jump(app, "15:30");
  await here.tutor.get(CANCEL, { id: here.sessionId });
  app.clock.jumpTo(app.clock.now() + DAY - 1);
  expect(await remove()).toBe(0);
  app.clock.jumpTo(app.clock.now() + 1);
  expect([await remove(), await removed(here)]).toEqual([1, true]);
});

test("D6, S1 a whiteboard that nobody entered has nothing to remove: its suggestion stays, and it still takes reports", async () => {
  const here = await lesson(app);
  jump(app, "17:00");
  await end(here.tutor, here.sessionId);
  app.clock.jumpTo(app.clock.now() + 3 * DAY);
  expect([await remove(), await removed(here)]).toEqual([0, false]);
  expect(await suggested(here.tutor, here.sessionId)).toMatchObject({ student: { status: "ABSENT", rule: "S1" } });

  // What comes late is kept for as long as what comes in time, or the rest of the story would come in vain.
  const late = reported(app, here.whiteboard, story(["CONNECT 16:00", "DISCONNECT 16:40"]), "INTERVALS");
  const events = late.events.map((event) => ({
    ...event,
    at: new Date(Date.parse(event.at) - 3 * DAY).toISOString(),
  }));
  await here.service.get(REPORT, { ...late, events });
  app.clock.jumpTo(app.clock.now() + DAY - 1);
  expect([await remove(), (await spans(here.tutor, here.whiteboard)).length]).toEqual([0, 1]);
  app.clock.jumpTo(app.clock.now() + 1);
  expect([await remove(), (await spans(here.tutor, here.whiteboard)).length]).toEqual([1, 0]);
});

test("D6 events that never came to a connection go too", async () => {
  const here = await lesson(app);
  jump(app, "16:30");
  await report(app, here.service, here.whiteboard, story(["HEARTBEAT 16:10", "DISCONNECT 16:20"]));
  jump(app, "17:00");
  await end(here.tutor, here.sessionId);
  expect(await rows(app, "connection_events")).toHaveLength(2);
  app.clock.jumpTo(app.clock.now() + DAY);
  expect([await remove(), await rows(app, "connection_events"), await rows(app, "connections")]).toEqual([1, [], []]);
});

test("without RETENTION_DAYS evidence is kept for ever", async () => {
  const here = await attended();
  jump(app, "17:00");
  await end(here.tutor, here.sessionId);
  const other = await testApp({ store: app.store, start: new Date(app.clock.now() + 36_500 * DAY).toISOString() });
  expect(await other.app.services.maintenanceJobs.removeOldEvidence()).toBe(0);
  await other.dispose();
  expect(await removed(here)).toBe(false);
});

/** An old session, and 120 more of it, with the connections of each. */
async function oldSessions(): Promise<void> {
  const { tutor, whiteboard, sessionId } = await attended();
  jump(app, "17:00");
  await end(tutor, sessionId);
  await app.store.database.prisma.$executeRawUnsafe(
    `with s as (insert into sessions (tutor_id, student_id, scheduled_start, scheduled_end, status, ended_at)
        select tutor_id, student_id, scheduled_start, scheduled_end, status, ended_at
        from sessions, generate_series(1, 120) where id = $1::int returning id),
      w as (insert into whiteboard_sessions (session_id, opened_at, closed_at, student_connected_at)
        select s.id, r.opened_at, r.closed_at, r.student_connected_at from s, whiteboard_sessions r
        where r.id = $2::int returning id)
    insert into connections (id, whiteboard_session_id, user_id, role, evidence)
    select gen_random_uuid(), w.id, 2, 'student', 'live' from w, generate_series(1, 3)`,
    Number(sessionId),
    Number(whiteboard),
  );
  app.clock.jumpTo(app.clock.now() + DAY);
}

test("D6 one process removes all that is old in one go, batch after batch", async () => {
  await oldSessions();
  expect([await remove(), await rows(app, "connections")]).toEqual([121, []]);
});

test("P14, D6 several processes at once remove each session's evidence once", async () => {
  await oldSessions();
  const others = await Promise.all(
    [1, 2].map(() =>
      testApp({
        store: app.store,
        env: { RETENTION_DAYS: "1" },
        start: new Date(app.clock.now()).toISOString(),
      }),
    ),
  );
  const keepers = [app, ...others].map((each) => each.app.services.maintenanceJobs);
  let total = 0;
  // Who finds the others at work leaves the rest to the next tick.
  for (let tick = 0; tick < 4; tick += 1) {
    for (const each of await Promise.all(keepers.map((maintenanceJobs) => maintenanceJobs.removeOldEvidence())))
      total += each;
  }
  expect(total).toBe(121);
  expect(await rows(app, "connections")).toEqual([]);
  for (const other of others) await other.dispose();
});

test.runIf(store === "postgresql")(
  "D6 a session that somebody works on is left for later, and keeps nobody",
  async () => {
    const [busy, idle] = [await attended(), await attended({ start: "18:00", end: "19:00" })];
    jump(app, "19:00");
    for (const here of [busy, idle]) await end(here.tutor, here.sessionId);
    app.clock.jumpTo(app.clock.now() + DAY);
    const { prisma } = app.store.database;
    await prisma.$transaction(async (tx) => {
      await tx.$queryRawUnsafe("select from sessions where id = $1::int for no key update", Number(busy.sessionId));
      expect(await remove()).toBe(1);
    });
    expect([await removed(busy), await removed(idle)]).toEqual([false, true]);
    expect([await remove(), await removed(busy)]).toEqual([1, true]);
    expect((await recount(prisma)).differences).toEqual([]);
  },
);
