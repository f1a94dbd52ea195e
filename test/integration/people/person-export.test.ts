import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportPerson, type PersonExport } from "../../../src/database/people/export.ts";
import { markAbout, markBy } from "../../../src/database/people/export-rows.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { columnsToThinkAbout, FREE_TEXT, OTHER_COLUMNS, PERSON_COLUMNS } from "../../support/columns.ts";
import { ADMIN, PARENT, SERVICE, STUDENT, TUTOR } from "../../support/lesson.ts";
import { short } from "../../support/presence.ts";
import { OTHER_STUDENT, type ToldLesson, toldLesson, WORDS } from "../../support/told-lesson.ts";

let app: TestApp;
let here: ToldLesson;
beforeAll(async () => {
  app = await testApp();
  here = await toldLesson(app);
});
afterAll(() => app.dispose());

const exported = (id: number) => exportPerson(app.store.database.prisma, id, new Date(app.clock.now()));
async function exportOf(id: number): Promise<PersonExport> {
  const found = await exported(id);
  if (found === null) throw new Error(`nothing is held about ${id}`);
  return found;
}
const textOf = async (id: number) => JSON.stringify(await exportOf(id));

describe("an export", () => {
  test("tells all about a student, in a shape with a version", async () => {
    const found = short(await exportOf(STUDENT));
    expect(found).toMatchObject({
      format: "rollcall-person",
      version: 1,
      exportedAt: "17:05:00",
      person: { id: STUDENT, name: "Sam Student", tokenName: null, erasedAt: null, parentIds: [PARENT], childIds: [] },
    });
    const [session] = found.sessions;
    expect(found.sessions).toHaveLength(1);
    expect(session).toMatchObject({
      id: Number(here.sessionId),
      role: "student",
      other: { role: "tutor", id: TUTOR },
      title: WORDS.title,
      scheduledStart: "16:00:00",
      status: "completed",
      endedAt: "17:00:00",
      endedBy: TUTOR,
      scheduledBy: ADMIN,
      attendance: { status: "late", authority: "tutor", source: "admin_override", markedBy: ADMIN, notes: null },
      room: {
        connectedAt: "16:10:00",
        disconnectedAt: "16:50:00",
        totalActiveSeconds: 25,
        evidenceRemovedAt: null,
      },
    });
    expect(session?.room?.log.map(({ event, user_id }) => [event, user_id])).toEqual([
      ["connect", STUDENT],
      ["disconnect", STUDENT],
      ["connect", STUDENT],
      ["disconnect", STUDENT],
    ]);
    const byEvidence = [...found.connections].sort((a, b) => (a.evidence < b.evidence ? -1 : 1));
    expect(byEvidence).toMatchObject([
      {
        evidence: "intervals",
        role: "student",
        spans: [
          { seq: 0, active: true, startedAt: "16:10:25", endedAt: "16:10:30", endReason: "IDLE" },
          { seq: 1, active: false, startedAt: "16:10:30", endedAt: "16:50:00", endReason: "DISCONNECTED" },
        ],
        events: [
          { at: "16:10:25", kind: "CONNECT", reportedBy: SERVICE, reportedAt: "17:00:00" },
          { at: "16:10:30", kind: "HEARTBEAT", activity: "IDLE" },
          { at: "16:50:00", kind: "DISCONNECT" },
        ],
      },
      { evidence: "live", spans: [{ startedAt: "16:10:00", endedAt: "16:10:20" }], events: [] },
    ]);
    expect(found.marksAbout).toMatchObject([
      { actorId: PARENT, actorRole: "parent", statusBefore: "present", statusAfter: "excused", notes: WORDS.parent },
      { actorId: TUTOR, actorRole: "tutor", statusBefore: "excused", statusAfter: "late", notes: WORDS.tutor },
      { actorId: ADMIN, actorRole: "admin", statusBefore: "late", statusAfter: "late", notes: null },
    ]);
    expect(found.marksAbout[0]?.suggestion).toMatchObject({
      role: "STUDENT",
      rule: "S2",
      status: "ABSENT",
      isFinal: true,
    });
    expect([found.marksBy, found.did]).toEqual([[], { scheduled: [], ended: [], marked: [], reported: [] }]);
  });

  test("tells what somebody did, by whatever right: a parent, an admin known by a token, a service", async () => {
    const [parent, admin, service] = [await exportOf(PARENT), await exportOf(ADMIN), await exportOf(SERVICE)];
    expect(parent).toMatchObject({ person: { childIds: [STUDENT] }, sessions: [], marksAbout: [] });
    expect(parent.marksBy).toMatchObject([{ studentStatusAfter: "excused", notes: WORDS.parent }]);
    expect(admin.person).toMatchObject({ name: null, tokenName: "Ada Admin" });
    expect(admin.did).toMatchObject({
      scheduled: [Number(here.sessionId), Number(here.otherSessionId)],
      marked: [Number(here.sessionId)],
    });
    expect(short(service.did.reported)).toMatchObject([{ events: 5, firstAt: "17:00:00", lastAt: "17:00:00" }]);
  });

  test("nobody else's name, status or words are in it", async () => {
    const words = async (id: number) => {
      const text = await textOf(id);
      return Object.entries(WORDS).flatMap(([whose, word]) => (text.includes(word) ? [whose] : []));
    };
    expect(await words(STUDENT)).toEqual(["title", "parent", "tutor"]);
    expect(await words(TUTOR)).toEqual(["title", "tutor", "admin"]);
    expect(await words(PARENT)).toEqual(["parent"]);
    expect(await words(ADMIN)).toEqual(["admin"]);
    expect(await words(OTHER_STUDENT)).toEqual(["other"]);
    const names = { [TUTOR]: "Tia Tutor", [STUDENT]: "Sam Student", [PARENT]: "Pat Parent", [ADMIN]: "Ada Admin" };
    for (const id of Object.keys(names).map(Number)) {
      const text = await textOf(id);
      for (const [whose, name] of Object.entries(names)) expect(text.includes(name)).toBe(Number(whose) === id);
    }
    const { session } = await here.admin.get(`{ session(id: ${here.sessionId}) { attendance { tutorStatus } } }`);
    expect(session.attendance.tutorStatus).toBe("LATE");
    expect(JSON.stringify((await exportOf(STUDENT)).sessions)).not.toMatch(/tutorStatus|tutor_status/);
  });

  test("of somebody unknown there is none", async () => {
    expect(await exported(1_234_567)).toBeNull();
  });
});

describe("of the marks of a lesson", () => {
  const of = { PRESENT: "present", LATE: "late" } as const;
  type Changes = readonly [tutor: keyof typeof of, student: keyof typeof of];
  /** A mark with a note by somebody else, from present and present, as the tutor's and the student's export have it. */
  function told(source: string, [tutor, student]: Changes, actorId: number | null = ADMIN, kept: string | null = null) {
    const suggestion = {
      isFinal: true,
      tutor: { role: "TUTOR", reasons: ["of the tutor"] },
      student: { role: "STUDENT", reasons: ["of the student"] },
    };
    const row = {
      id: 1,
      sessionId: 2,
      at: new Date(0),
      actorId,
      actorRole: null,
      source,
      tutorStatusBefore: "present",
      tutorStatusAfter: of[tutor],
      studentStatusBefore: "present",
      studentStatusAfter: of[student],
      suggestion,
      overrodeOwnSuggestion: false,
      keptStatusOf: kept,
      notes: { markId: 1, notes: "A word." },
      session: { tutorId: TUTOR },
    };
    return { row, tutor: markAbout(row, TUTOR), student: markAbout(row, STUDENT) };
  }

  test.each<[source: string, changes: Changes, whose: string[]]>([
    ["manual", ["LATE", "PRESENT"], ["tutor"]],
    ["manual", ["PRESENT", "LATE"], ["student"]],
    ["admin_override", ["LATE", "LATE"], ["tutor", "student"]],
    ["admin_override", ["PRESENT", "PRESENT"], ["tutor", "student"]],
    ["whiteboard_auto", ["PRESENT", "LATE"], ["tutor", "student"]],
    ["parent_reported", ["PRESENT", "LATE"], ["student"]],
    ["parent_reported", ["PRESENT", "PRESENT"], ["student"]],
  ])("words of a mark by %s that makes them %j are about %j", (source, changes, whose) => {
    const { tutor, student } = told(source, changes);
    expect([tutor.notes, student.notes]).toEqual(
      ["tutor", "student"].map((role) => (whose.includes(role) ? "A word." : null)),
    );
  });

  test("M8 words of an accepted suggestion are not about whose status it kept", () => {
    const { tutor, student } = told("whiteboard_auto", ["LATE", "PRESENT"], ADMIN, "student");
    expect([tutor, student]).toMatchObject([
      { kept: false, notes: "A word." },
      { kept: true, notes: null },
    ]);
  });

  test("one's own words are in it, whomever they are about", () => {
    expect(told("manual", ["PRESENT", "LATE"], TUTOR).tutor.notes).toBe("A word.");
    expect(told("manual", ["LATE", "PRESENT"], STUDENT).student.notes).toBe("A word.");
  });

  test("each has their own status and suggestion, and who marked has none of anybody", () => {
    const { row, tutor, student } = told("manual", ["PRESENT", "LATE"]);
    expect(tutor).toMatchObject({ statusAfter: "present", suggestion: { role: "TUTOR", isFinal: true } });
    expect(student).toMatchObject({ statusAfter: "late", suggestion: { role: "STUDENT", isFinal: true } });
    expect(JSON.stringify(tutor)).not.toContain("of the student");
    expect(JSON.stringify(student)).not.toContain("of the tutor");
    expect(JSON.stringify(markBy(row))).not.toContain("reasons");
  });

  test("notes beside the attendance are their writer's, or, from before there was one, both people's", async () => {
    const { prisma } = app.store.database;
    const id = Number(here.sessionId);
    const { notes, markedBy } = await prisma.session.findUniqueOrThrow({ where: { id } });
    const attendance = async (person: number) => (await exportOf(person)).sessions[0]?.attendance.notes;
    const written = async (by: number | null) => {
      await prisma.session.update({ where: { id }, data: { notes: "Beside.", markedBy: by } });
      return [await attendance(TUTOR), await attendance(STUDENT)];
    };
    expect(await written(TUTOR)).toEqual(["Beside.", null]);
    expect(await written(null)).toEqual(["Beside.", "Beside."]);
    expect(await written(ADMIN)).toEqual([null, null]);
    await prisma.session.update({ where: { id }, data: { notes, markedBy } });
  });
});

/** For each column that holds a person's number: what names its rows in the database, and what of them an export has. */
const EXPORTED: Record<(typeof PERSON_COLUMNS)[number], [key: string, (found: PersonExport) => unknown[]]> = {
  "attendance_marks.actor_id": ["id", (found) => found.marksBy.map(({ id }) => id)],
  "connection_events.reported_by": ["1", (found) => found.did.reported.flatMap(({ events }) => Array(events).fill(1))],
  "connection_spans.user_id": [
    "connection_id || '/' || seq",
    (found) => found.connections.flatMap(({ id, spans }) => spans.map(({ seq }) => `${id}/${seq}`)),
  ],
  "connections.user_id": ["id", (found) => found.connections.map(({ id }) => id)],
  "parent_links.parent_id": ["student_id", (found) => found.person.childIds],
  "parent_links.student_id": ["parent_id", (found) => found.person.parentIds],
  "sessions.attendance_marked_by": ["id", (found) => found.did.marked],
  "sessions.ended_by": ["id", (found) => found.did.ended],
  "sessions.scheduled_by": ["id", (found) => found.did.scheduled],
  "sessions.student_id": ["id", (found) => found.sessions.filter(({ role }) => role === "student").map(({ id }) => id)],
  "sessions.tutor_id": ["id", (found) => found.sessions.filter(({ role }) => role === "tutor").map(({ id }) => id)],
  "token_people.id": ["name", ({ person }) => (person.tokenName === null ? [] : [person.tokenName])],
  "users.id": ["name", ({ person }) => (person.name === null ? [] : [person.name])],
};

describe("nothing that is held is forgotten", () => {
  test("every column is known to hold a person's number, their words, or neither", async () => {
    // A new column fails here: say what it holds, and see that exports, erasure and docs/privacy.md know of it.
    const known = [...PERSON_COLUMNS, ...FREE_TEXT, ...OTHER_COLUMNS];
    expect(await columnsToThinkAbout(app)).toEqual([...known].sort());
  });

  test("docs/privacy.md names every table that holds a person's number or words", async () => {
    const page = await readFile(new URL("../../../docs/privacy.md", import.meta.url), "utf8");
    const held = page.slice(page.indexOf("## What is held"), page.indexOf("## Retention"));
    const tables = [...PERSON_COLUMNS, ...FREE_TEXT].map((column) => column.split(".")[0]!);
    expect(tables.filter((table) => !held.includes(`\`${table}\``))).toEqual([]);
  });

  test.each(Object.entries(EXPORTED))("%s: an export has all rows of its person", async (column, [key, has]) => {
    const [table, name] = column.split(".");
    let total = 0;
    for (const id of [TUTOR, STUDENT, PARENT, ADMIN, SERVICE]) {
      const sql = `select ${key} as key from ${table} where ${name} = $1::int`;
      const held = await app.store.database.prisma.$queryRawUnsafe<{ key: unknown }[]>(sql, id);
      expect([...has(await exportOf(id))].sort()).toEqual(held.map((row) => row.key).sort());
      total += held.length;
    }
    expect(total).toBeGreaterThan(0);
  });
});
