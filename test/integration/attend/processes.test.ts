import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { expectTrueColumns, log } from "../../support/ledger.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import { beat, connect, HEARTBEAT, jump, leave, newDay, status } from "../../support/presence.ts";

let store: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  store = await testDatabase();
});
beforeEach(async () => {
  // A server that has been there for a while, on a day of its own.
  app = await testApp({ store, tolerance: 3_000, start: `2026-03-${String((day += 1)).padStart(2, "0")}T14:50:00Z` });
  newDay(app);
  await app.app.jobScheduler.sweep();
  await app.clock.advance(60_000);
  jump(app, "15:01:00");
});
afterEach(async () => {
  await expectTrueColumns(app);
  await app.dispose();
});
afterAll(() => store.dispose());
let day = 1;

test("P14 a lease that runs out ends exactly once, whoever sweeps", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const other = await testApp({ store, tolerance: 3_000, start: new Date(app.clock.now()).toISOString() });
  for (let i = 0; i < 3; i += 1) await connect(student, whiteboard);
  await connect(tutor, whiteboard);
  const both = [app, other];
  for (let second = 0; second < 36; second += 12) await Promise.all(both.map(({ clock }) => clock.advance(12_000)));
  for (const { clock } of both) await clock.advance(1_000);
  await Promise.all(
    both.flatMap(({ app: { jobScheduler: jobScheduler } }) => [jobScheduler.sweep(), jobScheduler.sweep()]),
  );
  const events = (await log(app, whiteboard)).map(({ event }) => event);
  expect(events.filter((event) => event === "timeout")).toHaveLength(4);
  expect(await status(tutor, whiteboard)).toMatchObject({ version: 5, student: { connected: false } });
  await other.dispose();
});

test("P14 one of them away is no absence while the other looks after presence", async () => {
  const { student, whiteboard } = await lesson(app);
  await connect(student, whiteboard);
  const other = await testApp({ store, tolerance: 3_000, start: new Date(app.clock.now()).toISOString() });
  await other.clock.advance(40_000);
  app.clock.jumpTo(other.clock.now());
  expect((await status(student, whiteboard)).student.connected).toBe(false);
  await other.dispose();
});

test("P3, P14 a connection goes on over the other server, and connects of both are one session's", async () => {
  const { student, tutor, whiteboard } = await lesson(app);
  const other = await testApp({ store, tolerance: 3_000, start: new Date(app.clock.now()).toISOString() });
  const there = other.as(STUDENT, "student");
  const { id } = await connect(student, whiteboard);
  app.clock.jumpTo(app.clock.now() + 1_000);
  other.clock.jumpTo(app.clock.now());
  await Promise.all([beat(student, id), beat(there, id), connect(there, whiteboard), connect(tutor, whiteboard)]);
  expect(await leave(there, id)).toMatchObject({ open: false });
  expect(await student.code(HEARTBEAT, { id })).toBe("CONNECTION_EXPIRED");
  expect(await status(student, whiteboard)).toMatchObject({ version: 4, student: { openConnections: 1 } });
  await other.dispose();
});
