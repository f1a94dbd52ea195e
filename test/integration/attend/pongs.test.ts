import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { holdFirst, RELATION } from "../../support/held.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { lesson } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { attend, beat, jump, newDay, spans, status } from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  // The shortest lease there is, so that the server pings once a second.
  app = await testApp({ env: { HEARTBEAT_SECONDS: "1", LEASE_SECONDS: "3" } });
});
beforeEach(() => newDay(app));
afterEach(async () => {
  vi.restoreAllMocks();
  await lines.close(app);
  await expectTrueColumns(app);
});
afterAll(() => app.dispose());

const lines = new Lines();

test("P9 the server's own pings keep it alive with no code in the client, and idle stays idle", async () => {
  const { student, whiteboard } = await lesson(app);
  const here = attend((await lines.open(student)).client, whiteboard);
  const { connectionId } = await here.next();
  await beat(student, connectionId!, "IDLE");
  for (let second = 0; second < 4; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await app.clock.advance(1_100);
  }
  const { student: sam, version } = await status(student, whiteboard);
  expect(sam).toMatchObject({ connected: true, active: false, totalActiveSeconds: 0 });
  expect(version).toBe(2);
  expect(await here.next()).toMatchObject({ event: "ACTIVITY", connectionId });
  expect(here.waiting).toEqual([]);
});

test("P9 a client that answers no ping any more is cut off, and credited to the last answer", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  await attend(line.client, whiteboard).next();
  jump(app, "15:00:01");
  await line.pong();
  await app.app.services.sockets.flush();
  line.socket.pause();
  jump(app, "15:00:02");
  await expect
    .poll(() => spans(student, whiteboard), { timeout: 6_000 })
    .toEqual(["STUDENT 15:00:00 - 15:00:01 SOCKET_CLOSED"]);
});

test("P9 who stays while the connection runs out is connected anew at the next sign of life", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  const here = attend(line.client, whiteboard);
  const first = await here.next();
  jump(app, "15:01");
  await app.app.jobScheduler.sweep();
  expect(await here.next()).toMatchObject({ event: "TIMED_OUT", student: { connected: false } });
  await line.pong();
  await app.app.services.sockets.flush();
  let told = await here.next();
  while (told.connectionId === first.connectionId) told = await here.next();
  expect(told).toMatchObject({ student: { connected: true, openConnections: 1 } });
  here.stop();
  await expect.poll(async () => (await status(student, whiteboard)).student.connected).toBe(false);
});

test("P9 who leaves while being connected anew is not left behind as present", async () => {
  const { student, whiteboard } = await lesson(app);
  const line = await lines.open(student);
  const here = attend(line.client, whiteboard);
  await here.next();
  jump(app, "15:01");
  await line.pong();
  const held = holdFirst(app, RELATION);
  const flushed = app.app.services.sockets.flush();
  await expect.poll(() => held.statements).toBe(1);
  here.stop();
  await line.get("{ __typename }");
  held.release();
  await flushed;
  expect((await status(student, whiteboard)).student.openConnections).toBe(0);
});
