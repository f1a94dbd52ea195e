import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { SessionChanges } from "../../../src/client/results.ts";
import type { SessionChangesSubscription } from "../../../src/client/generated/graphql.ts";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { ADMIN, type Lesson, lesson, PARENT, STUDENT, TUTOR } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { beat, CANCEL, connect, end, jump, leave, newDay } from "../../support/presence.ts";
import { read, type Reader } from "../../support/reader.ts";
import { stream } from "../../support/sse.ts";

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

/** What is scheduled today. */
const today = () => ({ from: new Date(app.clock.at("00:00")), to: new Date(app.clock.at("23:59")) });

/** Follows the sessions of today unless told, and is listening when this resolves. */
async function follow(caller: Caller, filter: object = today()): Promise<Reader<Told>> {
  const reader = read<Told>((await lines.open(caller)).client, String(SessionChanges), { filter }, "sessionChanges");
  expect(await reader.next()).toEqual([]);
  return reader;
}

/** The next event in short: of each session its status, who is there, and whether it is marked. */
async function next(reader: Reader<Told>) {
  await app.clock.advance(500);
  return (await reader.next()).map(({ status, whiteboardSession: whiteboard, attendance }) => {
    const there = [whiteboard?.presence.tutor, whiteboard?.presence.student].filter((each) => each?.connected);
    const who = there.map((each) => `${each!.role}${each!.active ? "" : " idle"}`).join("+");
    return `${status} ${whiteboard === null ? "closed" : who || "empty"}${attendance.marked ? " marked" : ""}`;
  });
}

const OPEN = "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }";
const MARK = `mutation ($id: ID!) { markAttendance(input: {
  sessionId: $id, tutorStatus: PRESENT, studentStatus: LATE }) { id } }`;

test("P17 everything that happens to a session is told: opened, there, idle, gone, timed out, ended, marked", async () => {
  const reader = await follow(here.admin);
  const whiteboard = (await here.tutor.get(OPEN, { id: here.sessionId })).openWhiteboard.id as string;
  expect(await next(reader)).toEqual(["SCHEDULED empty"]);
  const { id } = await connect(here.student, whiteboard);
  expect(await next(reader)).toEqual(["IN_PROGRESS STUDENT"]);
  await beat(here.student, id, "IDLE");
  expect(await next(reader)).toEqual(["IN_PROGRESS STUDENT idle"]);
  await leave(here.student, id);
  expect(await next(reader)).toEqual(["IN_PROGRESS empty"]);
  await connect(here.tutor, whiteboard);
  expect(await next(reader)).toEqual(["IN_PROGRESS TUTOR"]);
  jump(app, "16:10");
  await app.app.jobScheduler.sweep();
  expect(await next(reader)).toEqual(["IN_PROGRESS empty"]);
  await end(here.tutor, here.sessionId);
  expect(await next(reader)).toEqual(["COMPLETED empty"]);
  await here.tutor.get(MARK, { id: here.sessionId });
  expect(await next(reader)).toEqual(["COMPLETED empty marked"]);
});

test("P17 what is scheduled, cancelled and completed by itself is told too", async () => {
  const reader = await follow(here.tutor);
  await lesson(app, { start: "18:00", end: "19:00", open: false });
  expect(await next(reader)).toEqual(["SCHEDULED closed"]);
  await here.tutor.get(CANCEL, { id: here.sessionId });
  expect(await next(reader)).toEqual(["CANCELLED closed"]);
  jump(app, "19:31");
  await app.app.services.maintenanceJobs.completeOverdue();
  expect(await next(reader)).toEqual(["COMPLETED closed"]);
});

test("P17 heartbeats are no change, nor is what others refused or repeated", async () => {
  const whiteboard = (await here.tutor.get(OPEN, { id: here.sessionId })).openWhiteboard.id as string;
  const { id } = await connect(here.student, whiteboard);
  const reader = await follow(here.parent);
  await beat(here.student, id);
  expect(await here.student.code(MARK, { id: here.sessionId })).toBe("FORBIDDEN");
  await connect(here.student, whiteboard, { connectionId: id });
  await leave(here.student, id);
  await leave(here.student, id);
  expect(await next(reader)).toEqual(["IN_PROGRESS empty"]);
  await app.clock.advance(20_000);
  expect(reader.waiting).toEqual([]);
});

test("P17 what changes within half a second is told once, as it is then", async () => {
  const other = await lesson(app, { start: "18:00", end: "19:00" });
  const reader = await follow(here.student);
  await here.tutor.get(CANCEL, { id: here.sessionId });
  expect((await reader.next()).map(({ id }) => id)).toEqual([here.sessionId]);
  const { id } = await connect(here.student, other.whiteboard);
  await beat(here.student, id, "IDLE");
  await connect(here.tutor, other.whiteboard);
  expect(reader.waiting).toEqual([]);
  expect(await next(reader)).toEqual(["IN_PROGRESS TUTOR+STUDENT idle"]);
  await app.clock.advance(5_000);
  expect(reader.waiting).toEqual([]);
});

test("P17 a reader who reads slowly gets the newest states, at most 100 in an event", async () => {
  const start = app.clock.at("20:00");
  const facts = { tutorId: TUTOR, studentId: STUDENT };
  const times = { scheduledStart: new Date(start), scheduledEnd: new Date(start + 3_600_000) };
  const sessions = await app.store.database.prisma.session.createManyAndReturn({
    data: Array.from({ length: 103 }, () => ({ ...facts, ...times })),
    select: { id: true },
  });
  const admin = { id: ADMIN, roles: new Set(["admin"] as const) };
  const mailbox = await app.app.services.sessionFeed.follow(admin, { from: start });
  app.app.bus.announce(sessions.map(({ id }) => ({ ...facts, id, scheduledStart: start })));
  await here.admin.get(CANCEL, { id: String(sessions[0]?.id) });
  const events: string[][] = [];
  for (let i = 0; i < 3; i += 1) {
    const read = mailbox.next();
    await app.clock.advance(500);
    events.push((await read).value!.sessions.map(({ id, status }) => `${id} ${status}`));
  }
  await mailbox.return();
  const expected = sessions.map(({ id }, i) => `${id} ${i === 0 ? "cancelled" : "scheduled"}`);
  expect(events).toEqual([[], expected.slice(0, 100), expected.slice(100)]);
});

test("P17 the filter selects by what never changes; what leaves a status is told", async () => {
  const day = { from: new Date(app.clock.at("16:00")), to: new Date(app.clock.at("18:00")) };
  const scheduled = await follow(here.tutor, { ...day, status: "SCHEDULED" });
  const unmarked = await follow(here.admin, { ...today(), studentId: String(STUDENT), marked: false });
  const none = await follow(here.admin, { ...today(), tutorId: String(STUDENT) });
  await lesson(app, { start: "18:00", end: "19:00", open: false });
  await app.clock.advance(500);
  await here.tutor.get(MARK, { id: here.sessionId });
  expect(await next(scheduled)).toEqual(["SCHEDULED closed marked"]);
  expect(await next(unmarked)).toEqual(["SCHEDULED closed"]);
  expect(await next(unmarked)).toEqual(["SCHEDULED closed marked"]);
  await here.tutor.get(CANCEL, { id: here.sessionId });
  expect(await next(scheduled)).toEqual(["CANCELLED closed marked"]);
  expect([scheduled.waiting, none.waiting]).toEqual([[], []]);
});

test("P17 a bad filter and a viewer who is nobody get an error", async () => {
  const line = await lines.open(here.tutor);
  const failing = read(line.client, String(SessionChanges), { filter: { tutorId: "x" } }, "sessionChanges");
  await expect(failing.next()).rejects.toThrow("BAD_USER_INPUT");
  const anonymous = await stream(app, app.anonymous, "subscription { sessionChanges { id } }", {});
  expect((await anonymous.next())?.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("P17 parents are told from when they are parents, and no longer than they are", async () => {
  const setParents = (ids: readonly number[]) =>
    here.admin.get('mutation ($ids: [ID!]) { upsertUser(input: { id: 2, name: "Sam", parentIds: $ids }) { id } }', {
      ids,
    });
  const reader = await follow(here.parent);
  await setParents([]);
  await here.tutor.get(MARK, { id: here.sessionId });
  await app.clock.advance(5_000);
  await setParents([PARENT]);
  // Told to ask for what is there: of what was marked meanwhile nothing was said.
  await app.clock.advance(5_000);
  expect(await reader.next()).toEqual([]);
  await here.tutor.get(CANCEL, { id: here.sessionId });
  expect(await next(reader)).toEqual(["CANCELLED closed marked"]);
});

test("P17 the same over SSE, and who leaves leaves nothing behind", async () => {
  const reader = await stream<Told>(app, here.tutor, String(SessionChanges), { filter: today() });
  expect((await reader.next())?.data?.sessionChanges).toEqual([]);
  expect([app.app.services.sessionFeed.size, app.app.bus.topics]).toEqual([1, 1]);
  await here.tutor.get(CANCEL, { id: here.sessionId });
  expect((await reader.next())?.data?.sessionChanges?.[0]?.status).toBe("CANCELLED");
  reader.stop();
  await expect.poll(() => [app.app.services.sessionFeed.size, app.app.bus.topics]).toEqual([0, 0]);
});
