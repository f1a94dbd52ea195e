import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson, STUDENT, TUTOR } from "../../support/lesson.ts";

let app: TestApp;
let here: Lesson;
/** A session of other people. */
let foreign: string;
const OTHERS = { tutor: 30, student: 31, parent: 32 };

beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
  const { admin, service } = here;
  await admin.get(`mutation {
    tutor: upsertUser(input: { id: ${OTHERS.tutor}, name: "T" }) { id }
    parent: upsertUser(input: { id: ${OTHERS.parent}, name: "P" }) { id }
    student: upsertUser(input: { id: ${OTHERS.student}, name: "S", parentIds: [${OTHERS.parent}] }) { id } }`);
  const { scheduleSession } = await admin.get(`mutation { scheduleSession(input: { tutorId: ${OTHERS.tutor},
    studentId: ${OTHERS.student}, scheduledStart: "2026-03-02T16:00:00Z", scheduledEnd: "2026-03-02T17:00:00Z" }) { id } }`);
  foreign = scheduleSession.id as string;
  const { openWhiteboard } = await admin.get(`mutation { openWhiteboard(sessionId: ${foreign}) { id } }`);
  await service.get(`mutation { connect(input: { whiteboardSessionId: ${openWhiteboard.id},
    userId: ${OTHERS.student} }) { id } }`);
});
afterAll(() => app.dispose());

describe("§6 what one may not know of", () => {
  test("no list and no total tells of it, whatever is asked for", async () => {
    const { student, parent, tutor, stranger, admin } = here;
    const total = async (caller: Caller, filter: object) =>
      (
        await caller.get(
          "query ($filter: SessionFilter) { sessions(filter: $filter) { totalCount nodes { id } pageInfo { hasNextPage } } }",
          { filter },
        )
      ).sessions;
    const none = { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } };
    const theirs = { totalCount: 1, nodes: [{ id: here.sessionId }], pageInfo: { hasNextPage: false } };
    for (const caller of [student, parent, tutor]) {
      expect(await total(caller, {})).toEqual(theirs);
      expect(await total(caller, { tutorId: String(TUTOR), studentId: String(STUDENT) })).toEqual(theirs);
      for (const filter of [{ tutorId: "30" }, { studentId: "31" }, { status: "IN_PROGRESS" }]) {
        expect(await total(caller, filter)).toEqual(none);
      }
    }
    expect(await total(stranger, {})).toEqual(none);
    expect((await total(admin, {})).totalCount).toBe(2);
  });

  test("a parent whose link is gone knows of nothing any more", async () => {
    const query = `{ session(id: ${foreign}) { id } }`;
    const parent = app.as(OTHERS.parent, "parent");
    expect((await parent.get(query)).session).toEqual({ id: foreign });
    await here.admin.get(`mutation { upsertUser(input: { id: ${OTHERS.student}, name: "S", parentIds: [] }) { id } }`);
    expect((await parent.get(query)).session).toBeNull();
  });
});
