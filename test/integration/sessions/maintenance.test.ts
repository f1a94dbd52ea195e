import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson, people, STUDENT, TUTOR } from "../../support/lesson.ts";
import { silent } from "../../support/log.ts";
import { connect, status } from "../../support/presence.ts";

const MARK = "mutation ($id: ID!) { markAttendance(input: { sessionId: $id, studentStatus: LATE }) { id } }";
const CANCEL = "mutation ($id: ID!) { cancelSession(sessionId: $id) { id } }";
const STUCK = 1_100;

let app: TestApp;
let errors: object[];
beforeEach(async () => {
  errors = [];
  const log = { ...silent, error: (details: object, message: string) => void errors.push({ ...details, message }) };
  app = await testApp({ log, env: { RETENTION_DAYS: "1" } });
});
afterEach(() => app.dispose());

const run = (sql: string, ...values: unknown[]) => app.store.database.prisma.$executeRawUnsafe(sql, ...values);
const maintenanceJobs = () => app.app.services.maintenanceJobs;
const statusOf = async (id: number) =>
  (await app.store.database.prisma.session.findUniqueOrThrow({ where: { id } })).status;
const failing = async (job: string) => {
  const text = await (await fetch(app.url.replace("/graphql", "/metrics"))).text();
  return new RegExp(`rollcall_maintenance_failing_rows\\{job="${job}"\\} (\\d+)`).exec(text)?.[1];
};

/** Lessons of two hours ago, one after the other from the id on, as the platform may have stored them. */
const insert = (from: number, count: number, minutes = 60) =>
  run(
    `insert into sessions (id, tutor_id, student_id, scheduled_start, scheduled_end, created_at)
    select $1::int + i, ${TUTOR}, ${STUDENT}, at, at + $3::int * interval '1 minute', at
    from generate_series(0, $2::int - 1) i
    cross join lateral (select $4::timestamptz - interval '1 day' + i * interval '1 second' as at) t`,
    from,
    count,
    minutes,
    new Date(app.clock.now()),
  );

/** Sessions that end when they start, as a platform may have had before the rule. */
async function insertBroken(id: number, count = 1): Promise<void> {
  await run("alter table sessions drop constraint sessions_window_check");
  await insert(id, count, 0);
  await run(
    "alter table sessions add constraint sessions_window_check check (scheduled_end > scheduled_start) not valid",
  );
}

describe("maintenance", () => {
  test(`P16 ${STUCK} overdue sessions that cannot complete stop no other`, async () => {
    await people(app);
    await insert(1_000, STUCK);
    await insert(5_000, 3);
    await run("update sessions set scheduled_end = scheduled_end + interval '1 hour' where id >= 5000");
    // Somebody who is connected, by the word of a back end that never reported the end.
    await run(`with w as (insert into whiteboard_sessions (session_id, opened_at)
        select id, scheduled_start from sessions where id < 5000 or id = 5002 returning id, opened_at, session_id),
      c as (insert into connections (id, whiteboard_session_id, user_id, role, evidence)
        select gen_random_uuid(), id, ${STUDENT}, 'student', 'intervals' from w where session_id < 5000 returning *)
      insert into connection_spans (connection_id, seq, whiteboard_session_id, user_id, role, evidence, active, started_at, last_seen_at)
      select c.id, 0, w.id, c.user_id, c.role, c.evidence, true, w.opened_at, w.opened_at from c join w on w.id = c.whiteboard_session_id`);
    expect(await maintenanceJobs().completeOverdue()).toBe(3);
    expect(await Promise.all([5_000, 5_001, 5_002, 1_000].map(statusOf))).toEqual([
      ...["completed", "completed", "completed"],
      "scheduled",
    ]);
  });

  test("P16 a row that cannot be completed is logged once with its id and counted, and the others are completed", async () => {
    const { tutor } = await people(app);
    await insertBroken(1_000);
    await insert(1_001, 5);
    expect(await maintenanceJobs().completeOverdue()).toBe(5);
    await app.clock.advance(70_000);
    expect(await maintenanceJobs().completeOverdue()).toBe(0);
    expect(errors).toMatchObject([
      { job: "completion", ids: [{ sessionId: 1_000 }], message: "maintenance skips rows that fail" },
    ]);
    expect(await failing("completion")).toBe("1");

    // Somebody who marks or cancels it learns why not.
    for (const change of [MARK, CANCEL]) {
      const { errors: answers } = await tutor.ask(change, { id: "1000" });
      expect(answers?.[0]).toMatchObject({ extensions: { code: "CONFLICT" } });
      expect(answers?.[0]?.message).toContain("sessions_window_check");
    }

    // A row that breaks its rule can be repaired, and is completed then.
    await run("update sessions set scheduled_end = scheduled_end + interval '1 minute' where id = 1000");
    await app.clock.advance(70_000);
    await maintenanceJobs().completeOverdue();
    expect(await statusOf(1_000)).toBe("completed");
    expect(await failing("completion")).toBe("0");
  });

  test("P16 of fifteen rows that cannot be completed the log names each once", async () => {
    await people(app);
    await insertBroken(1_000, 15);
    await insert(2_000, 5);
    expect(await maintenanceJobs().completeOverdue()).toBe(5);
    await app.clock.advance(70_000);
    expect(await maintenanceJobs().completeOverdue()).toBe(0);
    const ids = errors.flatMap((line) => (line as { ids: { sessionId: number }[] }).ids);
    expect(ids.map(({ sessionId }) => sessionId)).toEqual(Array.from({ length: 15 }, (_, i) => 1_000 + i));
    expect(await failing("completion")).toBe("15");
  });

  test("P5 D6 a whiteboard whose rows refuse a change keeps no other from expiry and from retention", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    const other = (
      await app.app.services.sessions.schedule(
        { id: 8, roles: new Set(["admin"] as const) },
        { tutorId: "1", studentId: "2", scheduledStart: app.clock.at("15:00"), scheduledEnd: app.clock.at("15:30") },
      )
    ).id;
    const open = "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }";
    const second = (await tutor.get(open, { id: String(other) })).openWhiteboard.id as string;
    for (const each of [whiteboard, second]) await connect(student, each);
    await run(`create function refuse() returns trigger language plpgsql as $$
      begin if old.whiteboard_session_id = ${whiteboard} then raise exception 'refused'; end if; return coalesce(new, old); end $$`);
    await run(
      "create trigger refuse before update or delete on connection_spans for each row execute function refuse()",
    );
    await app.clock.advance(60_000);
    await maintenanceJobs().sweep();
    expect((await status(tutor, second)).student.connected).toBe(false);
    expect(errors).toMatchObject([{ job: "expiry", ids: [{ whiteboardSessionId: Number(whiteboard) }] }]);

    await run("update sessions set status = 'completed', ended_at = scheduled_end");
    await run("update whiteboard_sessions set closed_at = opened_at");
    app.clock.jumpTo(app.clock.now() + 3 * 24 * 3_600_000);
    await maintenanceJobs().removeOldEvidence();
    const whiteboards = await app.store.database.prisma.whiteboardSession.findMany({ orderBy: { id: "asc" } });
    expect(whiteboards.map(({ evidenceRemovedAt }) => evidenceRemovedAt === null)).toEqual([true, false]);
    expect(errors.at(-1)).toMatchObject({ job: "retention", ids: [{ whiteboardSessionId: Number(whiteboard) }] });
    expect([await failing("expiry"), await failing("retention")]).toEqual(["1", "1"]);
  });

  test("P16 a whiteboard that is opened between the look and the lock keeps its session from completing without one", async () => {
    const { tutor } = await people(app);
    await insert(1_000, 2);
    const before = app.clock.now() - 1_800_000;
    const { createSessionStore } = await import("../../../src/database/sessions/session-store.ts");
    const sessions = createSessionStore(app.store.database.prisma);
    const { items } = await sessions.overdue(before, 10, null);
    expect(items.map(({ id }) => id)).toEqual([1_000, 1_001]);
    await tutor.get("mutation { openWhiteboard(sessionId: 1000) { id } }");
    const completed = await sessions.completeWithoutWhiteboard([1_000, 1_001], before);
    expect(completed.map(({ id }) => id)).toEqual([1_001]);
    expect(await statusOf(1_000)).toBe("scheduled");
  });

  test.runIf(store === "postgresql")("P16 one that is being opened is left for the next time", async () => {
    await people(app);
    await insert(1_000, 2);
    const { prisma } = app.store.database;
    await prisma.$transaction(async (tx) => {
      await tx.$queryRawUnsafe("select id from sessions where id = 1000 for no key update");
      await tx.$executeRawUnsafe("insert into whiteboard_sessions (session_id) values (1000)");
      expect(await maintenanceJobs().completeOverdue()).toBe(1);
    });
    expect(await statusOf(1_000)).toBe("scheduled");
  });
});
