import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { lesson } from "../../support/lesson.ts";
import { beat, connect, HEARTBEAT, jump, leave, newDay, spans, status } from "../../support/presence.ts";

let app: TestApp;
/** What is read now may have waited for so long. */
let behind = 0;
beforeAll(async () => {
  app = await testApp({ eventLoop: { behind: () => behind, stop: () => undefined } });
});
beforeEach(() => newDay(app));
afterEach(async () => {
  behind = 0;
  await expectTrueColumns(app);
});
afterAll(() => app.dispose());

test("D3 a heartbeat read after a stall proves life up to the stall, and the next one proves it now", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  jump(app, "15:00:20");
  behind = 10_000;
  expect(await beat(student, id)).toMatchObject({ open: true, lastActivityAt: "15:00:10" });
  expect((await status(student, whiteboard)).student.totalActiveSeconds).toBe(10);
  behind = 0;
  expect(await beat(student, id)).toMatchObject({ lastActivityAt: "15:00:20" });
  expect((await status(student, whiteboard)).student.totalActiveSeconds).toBe(20);
});

test("D3 a leaving read after a stall ends the connection before the stall, never before its last proof of life", async () => {
  const { student, whiteboard } = await lesson(app);
  const [first, second] = [await connect(student, whiteboard), await connect(student, whiteboard)];
  jump(app, "15:00:20");
  await beat(student, second.id);
  jump(app, "15:00:30");
  behind = 15_000;
  await leave(student, first.id);
  await leave(student, second.id);
  expect(await spans(student, whiteboard)).toEqual([
    "STUDENT 15:00:00 - 15:00:15 DISCONNECTED",
    "STUDENT 15:00:00 - 15:00:20 DISCONNECTED",
  ]);
});

test("D3 P4 one that waited so long that the next might come after the lease is to be sent again, and nobody is gone", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  jump(app, "15:00:30");
  behind = 20_001;
  expect(await student.code(HEARTBEAT, { id })).toBe("UNAVAILABLE");
  // What it proved is kept all the same.
  expect((await status(student, whiteboard)).student).toMatchObject({
    connected: true,
    lastActivityAt: "15:00:09.999",
  });
  behind = 0;
  jump(app, "15:00:40");
  expect(await beat(student, id)).toMatchObject({ open: true, lastActivityAt: "15:00:40" });
});
