import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { erasePerson } from "../../../src/database/people/erase.ts";
import { exportPerson } from "../../../src/database/people/export.ts";
import { recount } from "../../../src/database/presence/recount.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { tables } from "../../support/columns.ts";
import { ADMIN, lesson, PARENT, STUDENT, TUTOR } from "../../support/lesson.ts";
import { mark, record } from "../../support/marks.ts";
import { attend, beat, connect, jump, leave, spans } from "../../support/presence.ts";
import { read } from "../../support/reader.ts";
import { rows } from "../../support/rows.ts";
import { named, OTHER_STUDENT, type ToldLesson, toldLesson, WORDS } from "../../support/told-lesson.ts";

let app: TestApp;
let here: ToldLesson;
beforeEach(async () => {
  app = await testApp();
  here = await toldLesson(app);
});
afterEach(() => app.dispose());

const AT = new Date("2026-03-02T17:10:00Z");
const erase = (id: number, confirmed = true) => erasePerson(app.store.database.prisma, id, AT, confirmed);

type Stored = Record<string, string[]>;
/** Every row of every table, columns of every type. */
async function everything(): Promise<Stored> {
  return Object.fromEntries(await Promise.all((await tables(app)).map(async (name) => [name, await rows(app, name)])));
}
/** The tables that hold a text, wherever and whatever the column. */
const holding = (stored: Stored, text: string) =>
  Object.keys(stored).filter((table) => stored[table]?.some((row) => row.toLowerCase().includes(text.toLowerCase())));
const change = (before: Stored, after: Stored) =>
  Object.keys(before).filter((table) => JSON.stringify(before[table]) !== JSON.stringify(after[table]));

const { title, parent, tutor, admin, other } = WORDS;
const ERASURES = [
  ["the student", STUDENT, "Sam Student", [title, parent, tutor, admin], [other]],
  ["the tutor", TUTOR, "Tia Tutor", [title, parent, tutor, admin], [other]],
  ["the parent", PARENT, "Pat Parent", [parent], [title, tutor, admin, other]],
  ["the admin, known by a token", ADMIN, "Ada Admin", [admin], [title, parent, tutor, other]],
] as const;

describe.each(ERASURES)("erasing %s", (_who, id, name, gone, kept) => {
  test("leaves the name and the words in no table, and the words of others where they are", async () => {
    const before = await everything();
    for (const text of [name, ...gone, ...kept]) expect(holding(before, text)).not.toEqual([]);
    await erase(id);
    const after = await everything();
    for (const text of [name, ...gone]) expect(holding(after, text)).toEqual([]);
    for (const text of kept) expect(holding(after, text)).toEqual(holding(before, text));
    for (const someone of ["Sam Student", "Tia Tutor", "Pat Parent", "Ada Admin", "Otto Other", "Olga Other"]) {
      expect(holding(after, someone)).toEqual(someone === name ? [] : holding(before, someone));
    }
  });

  test("D5 leaves the chain of marks, sessions, evidence and every figure as they were", async () => {
    const untouched = [
      "attendance_marks",
      "whiteboard_sessions",
      "connections",
      "connection_spans",
      "connection_events",
    ];
    const figures = async () => ({
      rows: await Promise.all(untouched.map((table) => rows(app, table))),
      sessions: await rows(app, "sessions", ["title", "attendance_notes"]),
      ids: await rows(app, "users", ["name", "erased_at"]),
      recount: await recount(app.store.database.prisma),
    });
    const before = await figures();
    await erase(id);
    const after = await figures();
    // Who was known by a token alone has a row now, so that no token names them again.
    if (id === ADMIN) after.ids = after.ids.filter((row) => !row.includes(`"id": ${ADMIN},`));
    expect(after).toEqual(before);
  });

  test("is done once: again removes nothing, and a rehearsal tells the same and changes nothing", async () => {
    const before = await everything();
    const rehearsed = await erase(id, false);
    expect(change(before, await everything())).toEqual([]);
    const done = await erase(id);
    expect(done).toEqual({ ...rehearsed, erased: true });
    expect(Object.values(done?.removed ?? {}).some((count) => count > 0)).toBe(true);

    const once = await everything();
    const again = await erasePerson(app.store.database.prisma, id, new Date("2027-01-01T00:00:00Z"), true);
    expect(Object.values(again?.removed ?? { none: 1 }).every((count) => count === 0)).toBe(true);
    expect(change(once, await everything())).toEqual([]);
  });
});

test("an erasure says what it removed", async () => {
  expect(await erase(STUDENT)).toEqual({
    userId: STUDENT,
    erased: true,
    removed: { names: 1, tokenNames: 0, parentLinks: 1, markNotes: 3, sessionNotes: 1, titles: 1 },
    mentions: { titles: [], sessionNotes: [], markNotes: [] },
  });
  expect((await erase(ADMIN))?.removed).toMatchObject({ names: 0, tokenNames: 1, parentLinks: 0, markNotes: 0 });
});

test("§6 who was erased is shown by number, and the marks stay on record", async () => {
  const { sessionId } = here;
  const shown = () =>
    here.tutor.get(`{ session(id: ${sessionId}) { title student { id name } attendance { studentStatus notes } } }`);
  const before = await record(here.tutor, sessionId);
  await erase(STUDENT);
  expect((await shown()).session).toEqual({
    title: null,
    student: { id: String(STUDENT), name: `User ${STUDENT}` },
    attendance: { studentStatus: "LATE", notes: null },
  });
  const { marks } = await record(here.tutor, sessionId);
  expect(marks).toEqual(before.marks.map((each) => ({ ...each, notes: null })));
  expect((await here.parent.get(`{ session(id: ${sessionId}) { id } }`)).session).toBeNull();
  expect(await exportPerson(app.store.database.prisma, STUDENT, AT)).toMatchObject({
    person: { name: `User ${STUDENT}`, erasedAt: AT, parentIds: [] },
  });
});

describe("a name that was erased does not come back", () => {
  test("by a token that still tells it", async () => {
    await erase(ADMIN);
    const ada = await named(app, ADMIN, "Ada Admin", "admin");
    expect((await mark(ada, { sessionId: here.sessionId, tutorStatus: "PRESENT" })).markedBy).toEqual({
      name: `User ${ADMIN}`,
    });
    expect((await ada.get("{ me { name } }")).me.name).toBe(`User ${ADMIN}`);
    expect(holding(await everything(), "Ada Admin")).toEqual([]);
  });

  test("by an admin or a platform that copies its people again", async () => {
    await erase(PARENT);
    const before = await everything();
    const upsert = (input: string) => here.service.code(`mutation { upsertUser(input: { ${input} }) { id } }`);
    expect(await upsert(`id: ${PARENT}, name: "Pat Parent"`)).toBe("CONFLICT");
    expect(await upsert(`id: ${STUDENT}, name: "Sam Student", parentIds: [${PARENT}]`)).toBe("BAD_USER_INPUT");
    expect(change(before, await everything())).toEqual([]);
  });
});

test("texts about others that hold the name are found, for somebody to read; those that go with the erasure are not", async () => {
  const id = here.otherSessionId;
  const { prisma } = app.store.database;
  await mark(here.ada, { sessionId: here.sessionId, studentStatus: "LATE", notes: "Sam Student came late." });
  await prisma.session.update({ where: { id: Number(here.sessionId) }, data: { title: "For Sam Student" } });
  await mark(here.ada, { sessionId: id, studentStatus: "ABSENT", notes: "sent home with SAM STUDENT" });
  await prisma.session.update({ where: { id: Number(id) }, data: { title: "Instead of Sam Student" } });
  const [last] = await prisma.attendanceMark.findMany({ orderBy: { id: "desc" }, take: 1 });
  const mentions = { titles: [Number(id)], sessionNotes: [Number(id)], markNotes: [last?.id] };
  expect((await erase(STUDENT, false))?.mentions).toEqual(mentions);
  expect((await erase(STUDENT))?.mentions).toEqual(mentions);
  expect(holding(await everything(), "sent home")).toEqual(["attendance_mark_notes", "sessions"]);
  expect(holding(await everything(), "came late")).toEqual([]);
});

/** The one column by which somebody may be known, and how their number comes there: over an admin's, or into a row. */
const TRACES = {
  "sessions.scheduled_by": "update sessions set scheduled_by = $1::int",
  "sessions.ended_by": "update sessions set ended_by = $1::int",
  "sessions.attendance_marked_by": "update sessions set attendance_marked_by = $1::int",
  "attendance_marks.actor_id": `
    insert into attendance_marks (session_id, at, actor_id, source, tutor_status_before, tutor_status_after,
      student_status_before, student_status_after)
    select id, now(), $1::int, 'manual', 'present', 'present', 'present', 'late' from sessions limit 1`,
  "connections.user_id": "update connections set user_id = $1::int",
  "connection_events.reported_by": "update connection_events set reported_by = $1::int",
  "token_people.id": "update token_people set id = $1::int",
};

test.each(Object.entries(TRACES))("whoever is known by %s alone has an export, and can be erased", async (_, sql) => {
  const { prisma } = app.store.database;
  const id = 4_321;
  expect([await exportPerson(prisma, id, AT), await erase(id)]).toEqual([null, null]);
  await prisma.$executeRawUnsafe(sql, id);
  expect(await exportPerson(prisma, id, AT)).toMatchObject({ person: { id, erasedAt: null } });
  expect(await erase(id)).toMatchObject({ userId: id, erased: true });
  expect(await exportPerson(prisma, id, AT)).toMatchObject({ person: { id, name: `User ${id}`, erasedAt: AT } });
});

describe("parents and children", () => {
  const links = async () =>
    (await app.store.database.prisma.parentLink.findMany({ orderBy: [{ parentId: "asc" }, { studentId: "asc" }] })).map(
      ({ parentId, studentId }) => [parentId, studentId],
    );
  beforeEach(async () => {
    // Two children of Pat, one of whom has another parent, the tutor of the other.
    await here.admin.get(`mutation {
      upsertUser(input: { id: ${OTHER_STUDENT}, name: "Olga Other", parentIds: [${PARENT}, ${TUTOR}] }) { id } }`);
    expect(await links()).toEqual([
      [TUTOR, OTHER_STUDENT],
      [PARENT, STUDENT],
      [PARENT, OTHER_STUDENT],
    ]);
  });

  test("a parent of several loses all of them, and each keeps the other parent", async () => {
    expect((await erase(PARENT))?.removed.parentLinks).toBe(2);
    expect(await links()).toEqual([[TUTOR, OTHER_STUDENT]]);
    expect((await here.parent.get(`{ session(id: ${here.sessionId}) { id } }`)).session).toBeNull();
    for (const child of [STUDENT, OTHER_STUDENT]) {
      expect((await exportPerson(app.store.database.prisma, child, AT))?.person.parentIds).not.toContain(PARENT);
    }
  });

  test("a child loses all parents, and no sibling", async () => {
    expect((await erase(OTHER_STUDENT))?.removed.parentLinks).toBe(2);
    expect(await links()).toEqual([[PARENT, STUDENT]]);
  });

  test("a tutor who is a parent too loses both: the words of every lesson they gave, and the child", async () => {
    const second = await lesson(app, { start: "19:00", end: "20:00" });
    await mark(second.admin, { sessionId: second.sessionId, studentStatus: "EXCUSED", notes: "Ill again." });
    expect((await erase(TUTOR))?.removed).toMatchObject({ parentLinks: 1, markNotes: 4, sessionNotes: 2 });
    expect(await links()).toEqual([
      [PARENT, STUDENT],
      [PARENT, OTHER_STUDENT],
    ]);
    expect(holding(await everything(), "Ill again")).toEqual([]);
  });
});

test("D6, P8 somebody who is connected is erased: connection, socket and followers go on, under the number", async () => {
  const { student, tutor, whiteboard } = await lesson(app, { start: "18:00", end: "19:00" });
  jump(app, "18:00");
  const names = "event student { user { id name } connected totalActiveSeconds } tutor { user { name } }";
  const watching = read(
    tutor.socket(),
    `subscription { presence(whiteboardSessionId: ${whiteboard}) { ${names} } }`,
    {},
    "presence",
  );
  await watching.next();
  const socket = student.socket();
  await attend(socket, whiteboard).next();
  const { id } = await connect(student, whiteboard);
  expect((await watching.next()).student.user.name).toBe("Sam Student");
  await watching.next();

  await erase(STUDENT);
  jump(app, "18:00:10");
  expect(await beat(student, id)).toMatchObject({ id, open: true });
  await leave(student, id);
  await socket.dispose();
  for (let left = await watching.next(); ; left = await watching.next()) {
    expect(left.student.user).toEqual({ id: String(STUDENT), name: `User ${STUDENT}` });
    expect(left.tutor.user.name).toBe("Tia Tutor");
    if (!left.student.connected) break;
  }
  expect(await spans(tutor, whiteboard)).toEqual(["STUDENT 18:00:00 - 18:00:10 DISCONNECTED", expect.any(String)]);
  expect((await recount(app.store.database.prisma)).differences).toEqual([]);
  expect(holding(await everything(), "Sam Student")).toEqual([]);
});

test("of somebody unknown nothing is erased, and no row is made", async () => {
  const before = await everything();
  expect(await erase(1_234_567)).toBeNull();
  expect(change(before, await everything())).toEqual([]);
  expect(await erase(OTHER_STUDENT)).not.toBeNull();
});
