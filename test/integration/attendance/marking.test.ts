import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { mark, record, tryMark } from "../../support/marks.ts";
import { report } from "../../support/report.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

/** A lesson without a whiteboard, not begun. */
const plain = () => lesson(app, { open: false });

/** Ended at 17:00: the tutor was there throughout, the student from 16:08. */
async function held(): Promise<Lesson> {
  const here = await lesson(app);
  const { service, tutor, whiteboard, sessionId } = here;
  app.clock.jumpTo(app.clock.at("17:00"));
  await report(app, service, whiteboard, TUTOR, [["CONNECT", "16:00"]]);
  await report(app, service, whiteboard, STUDENT, [["CONNECT", "16:08"]]);
  await tutor.get(`mutation { endSession(sessionId: ${sessionId}) { id } }`);
  return here;
}

const rewind = () => app.clock.jumpTo(app.clock.at("15:00"));

describe("M2 how to mark", () => {
  test("neither way, or both ways at once, is refused and changes nothing", async () => {
    const { tutor, admin, sessionId } = await held();
    const wrong = [
      {},
      { useSuggestion: false },
      { useSuggestion: null, tutorStatus: null, studentStatus: null },
      { notes: "only words" },
      { useSuggestion: true, studentStatus: "LATE" },
      { useSuggestion: true, tutorStatus: "PRESENT", studentStatus: "LATE" },
    ];
    for (const input of wrong) expect(await tryMark(tutor, { sessionId, ...input })).toBe("BAD_USER_INPUT");
    expect(await record(admin, sessionId)).toMatchObject({ now: { version: 0, marked: false }, marks: [] });
    expect(await tryMark(tutor, { sessionId, useSuggestion: false, studentStatus: "LATE" })).toBe("ok");
    rewind();
  });

  test("by the suggestion: both statuses, WHITEBOARD_AUTO", async () => {
    for (const who of ["tutor", "admin"] as const) {
      const here = await held();
      expect(await mark(here[who], { sessionId: here.sessionId, useSuggestion: true, notes: "as seen" })).toEqual({
        tutorStatus: "PRESENT",
        studentStatus: "LATE",
        source: "WHITEBOARD_AUTO",
        marked: true,
        tutorMarked: true,
        studentMarked: true,
        markedBy: { name: who === "tutor" ? "Tia Tutor" : "User 8" },
        markedAt: "2026-03-02T17:00:00.000Z",
        notes: "as seen",
        version: 1,
      });
      rewind();
    }
  });

  test("NO_SUGGESTION without a whiteboard and while it is provisional, and nothing changes", async () => {
    const roomless = await plain();
    const running = await lesson(app);
    app.clock.jumpTo(app.clock.at("16:59"));
    await running.student.get(`mutation { connect(input: { whiteboardSessionId: ${running.whiteboard} }) { id } }`);
    for (const time of ["16:59", "17:00"]) {
      app.clock.jumpTo(app.clock.at(time));
      for (const { tutor, admin, sessionId } of [roomless, running]) {
        expect(await tryMark(tutor, { sessionId, useSuggestion: true })).toBe("NO_SUGGESTION");
        expect(await tryMark(admin, { sessionId, useSuggestion: true })).toBe("NO_SUGGESTION");
        expect(await record(admin, sessionId)).toMatchObject({ now: { version: 0 }, marks: [] });
      }
    }
    // Past its end, with nobody connected any more, it is over.
    await app.clock.advance(60_000);
    expect(await tryMark(running.tutor, { sessionId: running.sessionId, useSuggestion: true })).toBe("ok");
    rewind();
  });
});

describe("M1, M3 statuses given", () => {
  test("each participant is marked on their own; marked means both", async () => {
    const { tutor, sessionId } = await plain();
    const first = await mark(tutor, { sessionId, studentStatus: "ABSENT" });
    expect(first).toMatchObject({ studentStatus: "ABSENT", tutorStatus: "PRESENT", marked: false, version: 1 });
    expect(first).toMatchObject({ studentMarked: true, tutorMarked: false });
    const second = await mark(tutor, { sessionId, tutorStatus: "PRESENT" });
    expect(second).toMatchObject({ studentStatus: "ABSENT", tutorMarked: true, marked: true, version: 2 });
  });

  test("the source follows from who marks", async () => {
    const { tutor, parent, admin, sessionId } = await plain();
    const source = async (caller: Caller) => (await mark(caller, { sessionId, studentStatus: "LATE" })).source;
    expect(await source(parent)).toBe("PARENT_REPORTED");
    expect(await source(tutor)).toBe("MANUAL");
    expect(await source(admin)).toBe("ADMIN_OVERRIDE");
  });

  /** Who marked first, and which of parent, tutor and admin may then change it. */
  const ladder = { parent: "parent tutor admin", tutor: "tutor admin", admin: "admin" } as const;
  for (const [first, may] of Object.entries(ladder) as ["parent" | "tutor" | "admin", string][]) {
    test(`what ${first} marked, ${may} may change`, async () => {
      for (const second of ["parent", "tutor", "admin"] as const) {
        const here = await plain();
        const { sessionId } = here;
        await mark(here[first], { sessionId, studentStatus: "ABSENT" });
        const answer = await tryMark(here[second], { sessionId, studentStatus: "PRESENT" });
        expect([second, answer]).toEqual([second, may.includes(second) ? "ok" : "FORBIDDEN"]);
        const { now } = await record(here.admin, sessionId);
        expect(now.studentStatus).toBe(may.includes(second) ? "PRESENT" : "ABSENT");
      }
    });
  }

  test("authority is kept for each status: an admin's on the student leaves the tutor's to the tutor", async () => {
    const { tutor, admin, sessionId } = await held();
    await mark(admin, { sessionId, studentStatus: "EXCUSED" });
    expect(await tryMark(tutor, { sessionId, tutorStatus: "LATE" })).toBe("ok");
    expect(await tryMark(tutor, { sessionId, tutorStatus: "LATE", studentStatus: "LATE" })).toBe("FORBIDDEN");
    expect(await tryMark(tutor, { sessionId, useSuggestion: true, replaceDecisions: true })).toBe("FORBIDDEN");
    expect((await record(admin, sessionId)).now).toMatchObject({
      studentStatus: "EXCUSED",
      tutorStatus: "LATE",
      version: 2,
    });
    rewind();
  });

  test("an accepted suggestion has the authority of who accepted it", async () => {
    const { tutor, parent, admin, sessionId } = await held();
    await mark(tutor, { sessionId, useSuggestion: true });
    expect(await tryMark(parent, { sessionId, studentStatus: "PRESENT" })).toBe("FORBIDDEN");
    await mark(admin, { sessionId, useSuggestion: true, replaceDecisions: true });
    expect(await tryMark(tutor, { sessionId, studentStatus: "PRESENT" })).toBe("FORBIDDEN");
    rewind();
  });
});

describe("M8 accepting leaves what a person decided alone", () => {
  const ACCEPT = `mutation ($input: MarkAttendanceInput!) { markAttendance(input: $input) {
    attendance { tutorStatus studentStatus tutorMarked studentMarked source version keptStatusOf }
    attendanceHistory { nodes { studentStatusBefore studentStatusAfter keptStatusOf } } } }`;

  test("a parent's excuse stays, the tutor's status is accepted, and answer and history say so", async () => {
    const { parent, tutor, sessionId } = await held();
    await mark(parent, { sessionId, studentStatus: "EXCUSED" });
    const { markAttendance } = await tutor.get(ACCEPT, { input: { sessionId, useSuggestion: true } });
    expect(markAttendance).toEqual({
      attendance: {
        tutorStatus: "PRESENT",
        studentStatus: "EXCUSED",
        tutorMarked: true,
        studentMarked: true,
        source: "WHITEBOARD_AUTO",
        version: 2,
        keptStatusOf: "STUDENT",
      },
      attendanceHistory: {
        nodes: [
          { studentStatusBefore: "PRESENT", studentStatusAfter: "EXCUSED", keptStatusOf: null },
          { studentStatusBefore: "EXCUSED", studentStatusAfter: "EXCUSED", keptStatusOf: "STUDENT" },
        ],
      },
    });
    // The parent's authority stays with it: they may still change it.
    expect(await tryMark(parent, { sessionId, studentStatus: "ABSENT" })).toBe("ok");
    rewind();
  });

  test("with nothing left it is a conflict, and replaces both only when asked to", async () => {
    const { parent, tutor, admin, sessionId } = await held();
    await mark(parent, { sessionId, studentStatus: "EXCUSED" });
    await mark(tutor, { sessionId, tutorStatus: "LATE" });
    const { data, errors } = await tutor.ask(ACCEPT, { input: { sessionId, useSuggestion: true } });
    expect([data, errors?.[0]?.extensions.code]).toEqual([null, "CONFLICT"]);
    expect(errors?.[0]?.message).toContain("nothing is left to accept");
    expect((await record(admin, sessionId)).now).toMatchObject({ studentStatus: "EXCUSED", version: 2 });
    const replacing = { sessionId, useSuggestion: true, replaceDecisions: true };
    const { markAttendance } = await tutor.get(ACCEPT, { input: replacing });
    expect(markAttendance.attendance).toMatchObject({
      tutorStatus: "PRESENT",
      studentStatus: "LATE",
      keptStatusOf: null,
      version: 3,
    });
    expect(await tryMark(tutor, { sessionId, studentStatus: "LATE", replaceDecisions: true })).toBe("BAD_USER_INPUT");
    rewind();
  });
});

describe("M4 EXCUSED, and marks at other times", () => {
  test("a parent excuses a child in advance; both keep it through the lesson", async () => {
    const { parent, tutor, sessionId } = await plain();
    const view = await mark(parent, { sessionId, studentStatus: "EXCUSED", notes: "Dentist." });
    expect(view).toMatchObject({ studentStatus: "EXCUSED", source: "PARENT_REPORTED", notes: "Dentist." });
    app.clock.jumpTo(app.clock.at("17:00"));
    await tutor.get(`mutation { endSession(sessionId: ${sessionId}) { id } }`);
    expect((await record(tutor, sessionId)).now).toMatchObject({ studentStatus: "EXCUSED", version: 1 });
    expect(await tryMark(tutor, { sessionId, tutorStatus: "EXCUSED" })).toBe("ok");
    rewind();
  });

  test("a cancelled session takes no mark, by whatever way, from whomever", async () => {
    const { parent, tutor, admin, sessionId } = await lesson(app);
    await mark(tutor, { sessionId, studentStatus: "LATE" });
    await tutor.get(`mutation { cancelSession(sessionId: ${sessionId}) { id } }`);
    for (const caller of [parent, tutor, admin]) {
      expect(await tryMark(caller, { sessionId, studentStatus: "PRESENT" })).toBe("CONFLICT");
    }
    expect(await tryMark(tutor, { sessionId, useSuggestion: true })).toBe("CONFLICT");
    expect(await tryMark(parent, { sessionId, tutorStatus: "LATE" })).toBe("FORBIDDEN");
    expect((await record(admin, sessionId)).now).toMatchObject({ studentStatus: "LATE", version: 1 });
  });
});
