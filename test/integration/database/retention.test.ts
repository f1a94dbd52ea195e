import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recount } from "../../../src/database/presence/recount.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { mark, record, tryMark } from "../../support/marks.ts";
import {
  CANCEL,
  CONNECT,
  connect,
  end,
  HEARTBEAT,
  jump,
  leave,
  newDay,
  REPORT,
  report,
  reported,
  session,
  spans,
  status,
  story,
} from "../../support/presence.ts";
import { rows } from "../../support/rows.ts";
import { suggested } from "../../support/suggestion.ts";

const DAY = 86_400_000;
const DAYS = 30;
const EVIDENCE = ["connections", "connection_spans", "connection_events"];

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ env: { RETENTION_DAYS: String(DAYS) } });
});
beforeEach(() => newDay(app));
afterAll(() => app.dispose());

const remove = () => app.app.services.maintenanceJobs.removeOldEvidence();
const evidence = async () => Object.fromEntries(await Promise.all(EVIDENCE.map(async (t) => [t, await rows(app, t)])));
const removedAt = async ({ admin, whiteboard }: Lesson): Promise<string | null> =>
  (await admin.get("query ($id: ID!) { whiteboardSession(id: $id) { evidenceRemovedAt } }", { id: whiteboard }))
    .whiteboardSession.evidenceRemovedAt;

/** Held from 16:00, ended at 17:00 and marked: the tutor was there all the time, the student from 16:10 to 16:50. */
async function held(): Promise<Lesson> {
  const here = await lesson(app);
  const { service, whiteboard, sessionId, tutor, parent } = here;
  jump(app, "16:00");
  const live = (await connect(tutor, whiteboard)).id;
  jump(app, "16:00:30");
  await leave(tutor, live);
  jump(app, "17:00");
  await report(app, service, whiteboard, story(["CONNECT 16:00:30", "DISCONNECT 17:00"], randomUUID(), 1), "INTERVALS");
  await report(app, service, whiteboard, story(["CONNECT 16:10", "DISCONNECT 16:50"]), "INTERVALS");
  await end(tutor, sessionId);
  await mark(parent, { sessionId, studentStatus: "EXCUSED", notes: "Dentist." });
  await mark(tutor, { sessionId, useSuggestion: true, replaceDecisions: true });
  return here;
}

/** To so many milliseconds after the session's 17:00 and the days that evidence is kept. */
const afterRetention = (ms: number) => app.clock.jumpTo(app.clock.at("17:00") + DAYS * DAY + ms);

describe("evidence older than RETENTION_DAYS", () => {
  test("D6 goes to the millisecond, and everything else stays as it was", async () => {
    await remove();
    const before = await evidence();
    const here = await held();
    const tables = ["sessions", "attendance_marks", "attendance_mark_notes"];
    const kept = () => Promise.all(tables.map((table) => rows(app, table)));
    const whiteboard = () => rows(app, "whiteboard_sessions", ["connection_logs", "evidence_removed_at"]);
    const [columns, marks, presence, shown] = [
      await whiteboard(),
      await kept(),
      await status(here.tutor, here.whiteboard),
      await record(here.tutor, here.sessionId),
    ];
    expect(presence.student).toMatchObject({ connectedAt: "16:10:00", totalActiveSeconds: 2_400 });

    afterRetention(-1);
    expect([await remove(), await removedAt(here)]).toEqual([0, null]);
    afterRetention(0);
    expect([await remove(), await remove()]).toEqual([1, 0]);

    expect(await removedAt(here)).toBe(new Date(app.clock.now()).toISOString());
    expect(await evidence()).toEqual(before);
    expect(await rows(app, "whiteboard_sessions")).toContainEqual(expect.stringContaining('"connection_logs": []'));
    expect([await whiteboard(), await kept()]).toEqual([columns, marks]);
    expect(await status(here.tutor, here.whiteboard)).toEqual(presence);
    expect(await record(here.tutor, here.sessionId)).toEqual(shown);
    expect(await spans(here.tutor, here.whiteboard)).toEqual([]);
  });

  test("is looked for once a minute, without anybody asking", async () => {
    const here = await held();
    afterRetention(-60_000);
    await app.clock.advance(59_999);
    expect(await removedAt(here)).toBeNull();
    await app.clock.advance(60_000);
    expect(await removedAt(here)).not.toBeNull();
  });

  test("D6 is reported as not recomputable, and is no difference", async () => {
    const [old, young] = [await held(), await lesson(app, { start: "18:00", end: "19:00" })];
    await connect(young.student, young.whiteboard);
    afterRetention(0);
    const { prisma } = app.store.database;
    expect((await recount(prisma)).notRecomputable).not.toContain(Number(old.whiteboard));
    await remove();
    const after = await recount(prisma);
    expect(after.notRecomputable).toContain(Number(old.whiteboard));
    expect(after.notRecomputable).not.toContain(Number(young.whiteboard));
    expect(after.differences).toEqual([]);
  });
});

describe("a session whose evidence was removed", () => {
  let here: Lesson;
  beforeEach(async () => {
    here = await held();
    expect(await suggested(here.tutor, here.sessionId)).toMatchObject({ student: { status: "LATE" } });
    afterRetention(0);
    await remove();
  });

  test("D6, P15 takes no more of it, neither late reports nor connections", async () => {
    newDay(app);
    const before = [await evidence(), await rows(app, "whiteboard_sessions")];
    const events = reported(app, here.whiteboard, story(["CONNECT 14:00"])).events.map((event) => ({
      ...event,
      at: new Date(app.clock.now() - (DAYS + 2) * DAY).toISOString(),
    }));
    expect(await here.service.code(REPORT, { whiteboard: here.whiteboard, events })).toBe("SESSION_ENDED");
    expect(await here.student.code(CONNECT, { input: { whiteboardSessionId: here.whiteboard } })).toBe("SESSION_ENDED");
    expect(await here.student.code(HEARTBEAT, { id: randomUUID() })).toBe("NOT_FOUND");
    expect([await evidence(), await rows(app, "whiteboard_sessions")]).toEqual(before);
  });

  test("D6, M2 has no suggestion: who was there would pass for absent", async () => {
    const { admin, tutor, sessionId } = here;
    const query = `{ attendanceSuggestion(sessionId: ${sessionId}) { isFinal } }`;
    expect(await admin.code(query)).toBe("NO_SUGGESTION");
    expect((await admin.ask(query)).errors?.[0]?.message).toContain("no longer kept");
    const { session: shown } = await tutor.get(`{ session(id: ${sessionId}) { attendanceSuggestion { isFinal } } }`);
    expect(shown).toEqual({ attendanceSuggestion: null });
    expect(await tryMark(tutor, { sessionId, useSuggestion: true })).toBe("NO_SUGGESTION");
  });

  test("M2, M6 is marked by hand as before, with no suggestion on the table", async () => {
    await mark(here.admin, { sessionId: here.sessionId, studentStatus: "PRESENT" });
    const { now, marks } = await record(here.admin, here.sessionId);
    expect(now).toMatchObject({ studentStatus: "PRESENT", version: 3 });
    expect(marks.map(({ studentStatusAfter }) => studentStatusAfter)).toEqual(["EXCUSED", "LATE", "PRESENT"]);
    const [last] = await app.store.database.prisma.attendanceMark.findMany({ orderBy: { id: "desc" }, take: 1 });
    expect(last?.suggestion).toBeNull();
  });

  test("P16 stays ended: ending it again changes nothing, and cancelling it is refused", async () => {
    const before = await session(here.tutor, here.sessionId);
    await end(here.tutor, here.sessionId);
    expect(await session(here.tutor, here.sessionId)).toEqual(before);
    expect(await here.tutor.code(CANCEL, { id: here.sessionId })).toBe("CONFLICT");
  });
});
