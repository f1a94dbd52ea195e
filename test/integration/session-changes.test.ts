import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { SessionChanges } from "../../src/client/operations.ts";
import type { SessionChangesSubscription } from "../../src/client/generated/graphql.ts";
import { type Caller, testApp, type TestApp } from "../support/app.ts";
import { type Lesson, lesson } from "../support/lesson.ts";
import { Lines } from "../support/line.ts";
import { beat, connect, end, jump, leave, newDay } from "../support/presence.ts";
import { read, type Reader } from "../support/reader.ts";

type Told = SessionChangesSubscription["sessionChanges"];

let app: TestApp;
let here: Lesson;
const lines = new Lines();
beforeAll(async () => {
  app = await testApp();
});
beforeEach(async () => {
  newDay(app);
  here = await lesson(app, { open: false });
});
afterEach(() => lines.close(app));
afterAll(() => app.dispose());

/** Follows, and is listening when this resolves. */
async function follow(caller: Caller, filter: object = {}): Promise<Reader<Told>> {
  const reader = read<Told>((await lines.open(caller)).client, String(SessionChanges), { filter }, "sessionChanges");
  expect(await reader.next()).toEqual([]);
  return reader;
}

/** The next event in short: of each session its status, who is there, and whether it is marked. */
async function next(reader: Reader<Told>) {
  await app.clock.advance(500);
  return (await reader.next()).map(({ status, whiteboardSession: room, attendance }) => {
    const there = [room?.presence.tutor, room?.presence.student].filter((each) => each?.connected);
    const who = there.map((each) => `${each!.role}${each!.active ? "" : " idle"}`).join("+");
    return `${status} ${room === null ? "closed" : who || "empty"}${attendance.marked ? " marked" : ""}`;
  });
}

const OPEN = "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }";
const MARK = `mutation ($id: ID!) { markAttendance(input: {
  sessionId: $id, tutorStatus: PRESENT, studentStatus: LATE }) { id } }`;

test("P17 everything that happens to a session is told: opened, there, idle, gone, timed out, ended, marked", async () => {
  const reader = await follow(here.admin);
  const room = (await here.tutor.get(OPEN, { id: here.sessionId })).openWhiteboard.id as string;
  expect(await next(reader)).toEqual(["SCHEDULED empty"]);
  const { id } = await connect(here.student, room);
  expect(await next(reader)).toEqual(["IN_PROGRESS STUDENT"]);
  await beat(here.student, id, "IDLE");
  expect(await next(reader)).toEqual(["IN_PROGRESS STUDENT idle"]);
  await leave(here.student, id);
  expect(await next(reader)).toEqual(["IN_PROGRESS empty"]);
  await connect(here.tutor, room);
  expect(await next(reader)).toEqual(["IN_PROGRESS TUTOR"]);
  jump(app, "16:10");
  await app.app.housekeeping.sweep();
  expect(await next(reader)).toEqual(["IN_PROGRESS empty"]);
  await end(here.tutor, here.sessionId);
  expect(await next(reader)).toEqual(["COMPLETED empty"]);
  await here.tutor.get(MARK, { id: here.sessionId });
  expect(await next(reader)).toEqual(["COMPLETED empty marked"]);
});
