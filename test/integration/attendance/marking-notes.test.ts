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

describe("M7 notes", () => {
  const kept = {
    "2,000 letters": "x".repeat(2_000),
    "2,000 emoji": "🎓".repeat(2_000),
    "a family of seven code points": "👨‍👩‍👧‍👦",
    "combining marks, right to left, control characters": "a\u0301 שלום \u202e \u0001 \u007f \ufeff \uffff",
    "line ends and blanks": "  two\r\nlines\t ",
    "SQL and markup": "'; drop table sessions; -- <script>alert(1)</script> $1 %s \\",
  };
  test.each(Object.entries(kept))("%s come back as they were", async (_name, notes) => {
    const { tutor, sessionId } = await plain();
    expect((await mark(tutor, { sessionId, studentStatus: "LATE", notes })).notes).toBe(notes);
    expect((await record(tutor, sessionId)).marks[0]?.notes).toBe(notes);
  });

  const refused = {
    "2,001 letters": "x".repeat(2_001),
    "2,001 emoji": "🎓".repeat(2_001),
    NUL: "a\0b",
    "a high surrogate alone": "a\ud83d",
    "a low surrogate alone": "\ude00a",
    "the halves in the wrong order": "\ude00\ud83d",
  };
  test.each(Object.entries(refused))("%s are refused, and nothing is stored", async (_name, notes) => {
    const { tutor, sessionId } = await plain();
    expect(await tryMark(tutor, { sessionId, studentStatus: "LATE", notes })).toBe("VALIDATION_FAILED");
    expect(await record(tutor, sessionId)).toMatchObject({ now: { version: 0, studentStatus: "PRESENT" }, marks: [] });
  });

  test("left out they stay if they are one's own, and go with the next person's mark; \"\" clears them", async () => {
    const { tutor, admin, sessionId } = await plain();
    const notes = async (caller: typeof tutor, words?: string | null) =>
      (await mark(caller, { sessionId, studentStatus: "LATE", notes: words })).notes;
    expect(await notes(tutor, "first")).toBe("first");
    expect(await notes(tutor)).toBe("first");
    expect(await notes(tutor, null)).toBe("first");
    expect(await notes(tutor, "")).toBeNull();
    expect(await notes(tutor, "second")).toBe("second");
    expect(await notes(admin)).toBeNull();
    // The history keeps what was said with each mark.
    expect((await record(admin, sessionId)).marks.map((each) => each.notes)).toEqual([
      "first",
      null,
      null,
      null,
      "second",
      null,
    ]);
  });

  test("a parent sees their own until somebody else's take their place, and those never", async () => {
    const { parent, student, tutor, sessionId } = await plain();
    await mark(parent, { sessionId, studentStatus: "EXCUSED", notes: "Dentist." });
    expect((await record(parent, sessionId)).now.notes).toBe("Dentist.");
    expect((await record(student, sessionId)).now.notes).toBeNull();
    await mark(tutor, { sessionId, studentStatus: "ABSENT", notes: "No sign of a dentist." });
    const { now, marks } = await record(parent, sessionId);
    expect(now).toMatchObject({ notes: null, studentStatus: "ABSENT", markedBy: { name: "Tia Tutor" } });
    expect(marks.map((each) => each.notes)).toEqual(["Dentist."]);
    expect((await record(student, sessionId)).marks).toEqual([]);
  });

  test("another parent's are not one's own", async () => {
    const { parent, admin, sessionId } = await plain();
    await admin.get(`mutation {
      other: upsertUser(input: { id: 13, name: "Paul Parent" }) { id }
      student: upsertUser(input: { id: 2, name: "Sam Student", parentIds: [3, 13] }) { id } }`);
    await mark(parent, { sessionId, studentStatus: "EXCUSED", notes: "Dentist." });
    const other = app.as(13, "parent");
    expect(await record(other, sessionId)).toMatchObject({ now: { notes: null, studentStatus: "EXCUSED" }, marks: [] });
    expect(await tryMark(other, { sessionId, studentStatus: "PRESENT" })).toBe("ok");
    expect((await record(parent, sessionId)).marks).toHaveLength(1);
  });
});
