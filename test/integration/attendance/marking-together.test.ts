import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson } from "../../support/lesson.ts";
import { mark, record, tryMark } from "../../support/marks.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const plain = () => lesson(app, { open: false });

describe("M5 expectedVersion", () => {
  test("a stale one is a conflict and changes nothing; the current one, null and none go through", async () => {
    const { tutor, admin, sessionId } = await plain();
    const input = { sessionId, studentStatus: "LATE" };
    expect((await mark(tutor, { ...input, expectedVersion: 0 })).version).toBe(1);
    for (const expectedVersion of [0, 2, -1, 2 ** 31 - 1]) {
      expect(await tryMark(tutor, { ...input, studentStatus: "ABSENT", expectedVersion })).toBe("CONFLICT");
    }
    expect(await record(admin, sessionId)).toMatchObject({ now: { version: 1, studentStatus: "LATE" } });
    expect((await mark(tutor, { ...input, expectedVersion: 1 })).version).toBe(2);
    expect((await mark(tutor, { ...input, expectedVersion: null })).version).toBe(3);
    expect((await mark(tutor, input)).version).toBe(4);
  });

  test("of many at once with the same one, one wins and the others conflict", async () => {
    const { tutor, admin, sessionId } = await plain();
    const statuses = ["PRESENT", "LATE", "ABSENT", "EXCUSED"];
    const callers = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? tutor : admin));
    const answers = await Promise.all(
      callers.map((caller, index) =>
        tryMark(caller, { sessionId, studentStatus: statuses[index % 4], expectedVersion: 0 }),
      ),
    );
    expect(answers.toSorted()).toEqual([...Array<string>(11).fill("CONFLICT"), "ok"]);
    const { now, marks } = await record(admin, sessionId);
    expect(marks).toHaveLength(1);
    expect(now).toMatchObject({ version: 1, studentStatus: statuses[answers.indexOf("ok") % 4] });
  });

  test("without one, all at once are all recorded, each on top of the one before", async () => {
    const { admin, sessionId } = await plain();
    const statuses = ["LATE", "ABSENT", "EXCUSED", "PRESENT", "LATE", "ABSENT", "EXCUSED", "PRESENT"];
    await Promise.all(statuses.map((studentStatus) => mark(admin, { sessionId, studentStatus })));
    const { now, marks } = await record(admin, sessionId);
    expect(now.version).toBe(8);
    expect(marks.map((each) => each.studentStatusAfter).toSorted()).toEqual(statuses.toSorted());
    const chain = ["PRESENT", ...marks.map((each) => each.studentStatusAfter)];
    expect(marks.map((each) => each.studentStatusBefore)).toEqual(chain.slice(0, -1));
    expect(now.studentStatus).toBe(chain.at(-1));
  });
});
