import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { schema } from "../../../src/graphql/schema/schema.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { blankPage } from "../../support/blank-page.ts";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { lessonOf } from "../../support/clients/every-operation.ts";
import type { Library, Place } from "../../support/clients/scene.ts";
import { inNode, inPage, type Stage } from "../../support/clients/stages.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { ADMIN, type Lesson, lesson, SERVICE, STUDENT, TUTOR } from "../../support/lesson.ts";

const { missing } = findBrowser();
const DAY = "2026-03-02";
const PLACES = missing ? (["Node"] as const) : (["Node", "Chromium"] as const);

let page: Awaited<ReturnType<typeof blankPage>>;
let browser: TestBrowser | null = null;
let store: TestDatabase;
let app: TestApp;

const serve = (port = 0) =>
  testApp({ store, port, start: `${DAY}T16:10:00Z`, env: { CORS_ORIGINS: page.origin, LIMIT_SOCKETS: "40" } });

beforeAll(async () => {
  page = await blankPage();
  store = await testDatabase();
  app = await serve();
  if (!missing) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.dispose();
  await store?.dispose();
  page?.dispose();
});

async function open(library: Library, where: (typeof PLACES)[number]): Promise<Stage> {
  const token = async (user: number, role: "tutor" | "student" | "admin" | "service") =>
    (await app.as(user, role).token)!;
  const place: Place = {
    url: app.url,
    tokens: {
      tutor: await token(TUTOR, "tutor"),
      student: await token(STUDENT, "student"),
      admin: await token(ADMIN, "admin"),
      service: await token(SERVICE, "service"),
    },
  };
  return where === "Node" ? inNode(library, place) : inPage(browser!, page.origin, library, place);
}

const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const PAIRS = (["apollo", "urql"] as const).flatMap((library) => PLACES.map((where) => ({ library, where })));

test("the lesson that clients play has an operation for every root field of the schema", () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const played = new Set(lessonOf(DAY).map(({ field }) => field));
  expect([...played].sort()).toEqual(roots.flatMap((root) => Object.keys(root?.getFields() ?? {})).sort());
});

describe.each(PAIRS)("$library in $where", ({ library, where }) => {
  let held: Lesson;
  let stage: Stage;
  beforeAll(async () => {
    held = await lesson(app);
    stage = await open(library, where);
  });

  test("does every operation of the schema", async () => {
    expect(await stage.do("everyOperation", DAY)).toMatchObject({
      me: { name: "Tia Tutor" },
      presence: { event: "SNAPSHOT", student: { connected: true } },
      attend: { tutor: { connected: true } },
      sessionChanges: [],
      recordConnectionEvents: { tutor: { totalActiveSeconds: 480 } },
      whiteboardSession: {
        evidenceRemovedAt: null,
        spans: expect.arrayContaining([expect.objectContaining({ startedAt: `${DAY}T16:01:00.000Z` })]),
      },
      attendanceSuggestion: { isFinal: true },
      session: { status: "COMPLETED", attendance: { source: "WHITEBOARD_AUTO", version: 1 } },
    });
  });

  test("shows a mark wherever the session is in the cache, without asking again", async () => {
    const { sessionId } = held;
    await stage.do("look", sessionId);
    await stage.do("mark", { sessionId, studentStatus: "LATE", notes: "A bus" });
    const marked = { studentStatus: "LATE", tutorStatus: "PRESENT", source: "MANUAL", notes: "A bus", version: 1 };
    const shown = { ...marked, markedBy: { id: "1", name: "Tia Tutor" } };
    expect(await stage.do("cachedAttendance", sessionId)).toMatchObject([shown, shown]);
  });

  test("P11 keeps the cached whiteboard session up to date by what the subscription brings", async () => {
    await stage.do("watch", held.whiteboard);
    await expect.poll(() => stage.do("seen")).toEqual([["SNAPSHOT", false]]);
    await held.student.get(CONNECT, { whiteboard: held.whiteboard });
    await expect
      .poll(() => stage.do("seen"))
      .toEqual([
        ["SNAPSHOT", false],
        ["CONNECTED", true],
      ]);
    const student = { connected: true, openConnections: 1, user: { name: "Sam Student" } };
    expect(await stage.do("cachedPresence", held.whiteboard)).toMatchObject({ student });
    await stage.do("leave");
  });
});

test("P13 subscriptions of all of them go on when the server was stopped and started again", async () => {
  const { whiteboard, student } = await lesson(app);
  const stages = await Promise.all(PAIRS.map(({ library, where }) => open(library, where)));
  const all = (expected: unknown[]) =>
    expect
      .poll(() => Promise.all(stages.map((stage) => stage.do("seen"))), { timeout: 30_000 })
      .toEqual(stages.map(() => expected));
  onTestFinished(async () => void (await Promise.all(stages.map((stage) => stage.do("leave")))));
  for (const stage of stages) await stage.do("watch", whiteboard);
  await all([["SNAPSHOT", false]]);

  const port = Number(new URL(app.url).port);
  await app.dispose();
  app = await serve(port);
  await all([
    ["SNAPSHOT", false],
    ["SNAPSHOT", false],
  ]);
  await student.get(CONNECT, { whiteboard });
  await all([
    ["SNAPSHOT", false],
    ["SNAPSHOT", false],
    ["CONNECTED", true],
  ]);
});

test.skipIf(missing)("neither library warns of anything in the page, and nobody else is asked for anything", () => {
  expect(browser!.foreignRequests).toEqual([]);
  expect(browser!.complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION/.test(text))).toEqual([]);
});
