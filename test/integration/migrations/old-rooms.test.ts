import { afterAll, beforeAll, expect, test } from "vitest";
import { readMigrations } from "../../../src/database/migrations/engine.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { silent } from "../../support/log.ts";
import { record } from "../../support/marks.ts";
import { FIRST_EIGHT, type RawStore, rawStore } from "../../support/raw-store.ts";

const NOT_YET =
  "Connections were not yet recorded when this session began, so there is no suggestion. Please mark attendance manually.";
const HOUR = 3_600_000;

/** What is disposed of at the end, the latest first. */
const disposals: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const dispose of disposals.reverse()) await dispose();
});

/** A session from `start` hours after now, for an hour, its whiteboard opened `opened` hours after now. */
const old = (id: number, start: number, opened: number | null) =>
  `insert into sessions (id, tutor_id, student_id, scheduled_start, scheduled_end, created_at) values
     (${id}, 1, 2, now() + ${start} * interval '1 hour', now() + ${start + 1} * interval '1 hour', now() - interval '9 days');` +
  (opened === null
    ? ""
    : `insert into whiteboard_sessions (id, session_id, opened_at)
     values (${id}, ${id}, now() + ${opened} * interval '1 hour');`);

async function oldDatabase(): Promise<RawStore> {
  const db = await rawStore();
  await db.migrate(readMigrations().slice(0, 1));
  await db.query("insert into users (name) values ('Ann'), ('Ben')");
  return db;
}

async function serve(db: RawStore): Promise<TestApp> {
  const store = await db.open(silent);
  const app = await testApp({ store, start: new Date().toISOString() });
  disposals.push(
    () => store.dispose(),
    () => app.dispose(),
  );
  return app;
}

let app: TestApp;
beforeAll(async () => {
  const db = await oldDatabase();
  await db.query(old(1, -24, -25) + old(2, -24, null) + old(3, -24, -25) + old(4, -0.5, -1) + old(5, 1, -24));
  await db.query("update whiteboard_sessions set attendance_status = 'cancelled' where id = 1");
  app = await serve(db);
});

const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const SUGGESTION =
  "query ($id: ID!) { attendanceSuggestion(sessionId: $id) { isFinal tutor { status confidence rule } } }";

/** What the suggestion says of the tutor, or why there is none. */
async function suggested(app: TestApp, id: number): Promise<unknown> {
  const { data, errors } = await app.as(1, "tutor").ask(SUGGESTION, { id });
  return errors?.[0] === undefined
    ? data?.["attendanceSuggestion"]["tutor"]
    : [errors[0].extensions.code, errors[0].message];
}

test("[S7] a whiteboard from before connections were tracked has no evidence, and nothing accepts one", async () => {
  const tutor = app.as(1, "tutor");
  expect(await suggested(app, 1)).toEqual(["NO_SUGGESTION", NOT_YET]);
  const accepted = await tutor.ask("mutation { markAttendance(input: { sessionId: 1, useSuggestion: true }) { id } }");
  expect(accepted.errors?.[0]).toMatchObject({ message: NOT_YET, extensions: { code: "NO_SUGGESTION" } });
  expect(await record(tutor, "1")).toMatchObject({ now: { marked: false, version: 0 }, marks: [] });
  const { session } = await tutor.get(
    "{ session(id: 1) { attendanceSuggestion { isFinal } whiteboardSession { trackedFrom } } }",
  );
  expect(session).toEqual({
    attendanceSuggestion: null,
    whiteboardSession: { trackedFrom: expect.any(String) as unknown },
  });
  // Without a whiteboard nothing was ever to be seen: that has a suggestion of its own, which nobody can accept either.
  expect(await suggested(app, 2)).toEqual({ status: "PRESENT", confidence: "LOW", rule: "S0" });
});

test("[S7] what a back end reports of such a whiteboard is evidence once it has reported on both", async () => {
  const row = (await app.as(1, "tutor").get("{ session(id: 3) { scheduledStart scheduledEnd } }")).session;
  const report = (connectionId: string, userId: number) =>
    app.as(9, "service").get(
      `mutation ($id: ID!, $user: ID!, $from: DateTime!, $to: DateTime!) {
        recordConnectionEvents(whiteboardSessionId: 3, evidence: INTERVALS, events: [
          { connectionId: $id, userId: $user, kind: CONNECT, at: $from },
          { connectionId: $id, userId: $user, kind: DISCONNECT, at: $to }]) { version } }`,
      { id: connectionId, user: String(userId), from: row.scheduledStart, to: row.scheduledEnd },
    );
  await report("7c1d0c4e-6f0e-4a54-9d0c-0d5f2f6f6a01", 1);
  // Nothing is known of the student, who may have been there.
  expect(await suggested(app, 3)).toEqual(["NO_SUGGESTION", NOT_YET]);
  await report("7c1d0c4e-6f0e-4a54-9d0c-0d5f2f6f6a02", 2);
  expect(await suggested(app, 3)).toEqual({ status: "PRESENT", confidence: "HIGH", rule: "S6" });
});

test("[S7] a lesson that tracking interrupts has none; one that starts later is measured as any other", async () => {
  const tutor = app.as(1, "tutor");
  await tutor.get(CONNECT, { whiteboard: 4 });
  expect(await suggested(app, 4)).toEqual(["NO_SUGGESTION", NOT_YET]);
  app.clock.jumpTo(app.clock.now() + 3 * HOUR);
  expect(await suggested(app, 5)).toEqual({ status: "ABSENT", confidence: "HIGH", rule: "S1" });
});

test("[S7] in a database that was served already, only whiteboards from before are untracked", async () => {
  const db = await oldDatabase();
  await db.query(old(1, -24, -25));
  await db.migrate(FIRST_EIGHT(readMigrations()));
  await db.query("update _prisma_migrations set finished_at = finished_at - interval '12 hours'");
  await db.query("insert into presence_watch (alive_at) values (now())");
  await db.query(old(2, -24, -23) + old(3, -6, -7) + old(4, -6, -13));
  const served = await serve(db);
  expect(await suggested(served, 1)).toEqual(["NO_SUGGESTION", NOT_YET]);
  expect(await suggested(served, 2)).toEqual(["NO_SUGGESTION", NOT_YET]);
  const absent = { status: "ABSENT", confidence: "HIGH", rule: "S1" };
  expect([await suggested(served, 3), await suggested(served, 4)]).toEqual([absent, absent]);
});
