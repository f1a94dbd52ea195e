import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fillWithLessons } from "../../../bench/support/lessons.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { type Lesson, lesson, STUDENT } from "../../support/lesson.ts";
import { connect } from "../../support/presence.ts";
import { listenToStatements, type Statements } from "../../support/statements.ts";

describe.runIf(store === "postgresql")("PostgreSQL's plans", () => {
  let app: TestApp;
  let statements: Statements;
  beforeAll(async () => {
    statements = listenToStatements();
    app = await testApp();
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await app.dispose();
  });

  async function explain(sql: string, ...values: unknown[]): Promise<string> {
    const { prisma } = app.store.database;
    const rows = await prisma.$queryRawUnsafe<{ "QUERY PLAN": string }[]>(`explain ${sql}`, ...values);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }

  interface Plan {
    readonly "Relation Name"?: string;
    readonly "Actual Rows": number;
    readonly "Actual Loops": number;
    readonly "Rows Removed by Filter"?: number;
    readonly Plans?: readonly Plan[];
  }

  /** Rows that a statement touched to find what it needs, those it threw away included. It is run for that. */
  async function rowsRead(sql: string, ...values: unknown[]): Promise<number> {
    const { prisma } = app.store.database;
    const explained = `explain (analyze, timing off, format json) ${sql}`;
    const [row] = await prisma.$queryRawUnsafe<{ "QUERY PLAN": [{ Plan: Plan }] }[]>(explained, ...values);
    const count = (plan: Plan): number => {
      const own = (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0)) * plan["Actual Loops"];
      const below = (plan.Plans ?? []).reduce((sum, each) => sum + count(each), 0);
      return (plan["Relation Name"] === undefined ? 0 : own) + below;
    };
    return count(row?.["QUERY PLAN"][0].Plan as Plan);
  }

  test("are not compiled: that takes longer than any of our statements", async () => {
    expect(await app.store.database.prisma.$queryRaw`show jit`).toEqual([{ jit: "off" }]);
  });

  // Until autovacuum has looked, PostgreSQL guesses how large a table is: this one passed for 1,450 rows.
  test("take presence_watch for the one row that it is, before there are statistics", async () => {
    const [sql = ""] = await statements.during(() => app.app.services.presence.states([1]));
    expect(sql).toContain("presence_watch");
    expect(await explain(sql, [1])).toMatch(/-> {2}Nested Loop Left Join .* rows=1 /);
  });

  describe("with the statistics of a night, when nobody was connected", () => {
    let running: Lesson;
    beforeAll(async () => {
      running = await lesson(app);
      const { prisma } = app.store.database;
      const sql = <T>(statement: string, values: readonly unknown[] = []) =>
        prisma.$queryRawUnsafe<T[]>(statement, ...values);
      await fillWithLessons({ sql }, { running: 1, over: 2_000, perTutor: 20, first: 2 });
    }, 60_000);

    test("P4 a heartbeat finds its span by the primary key, not among all that are open", async () => {
      const { student, whiteboard } = running;
      const { id } = await connect(student, whiteboard);
      const beat = `mutation { heartbeat(connectionId: "${id}") { open } }`;
      const [sql = ""] = await statements.during(() => student.get(beat));
      const plan = await explain(sql, [id], [STUDENT], [true], [app.clock.now()], 35_000);
      // To find it, to lock it where nobody else does, and to change it.
      expect(plan.match(/connection_spans_pkey/g)).toHaveLength(3);
      expect(plan).not.toMatch(/connection_spans_open|Seq Scan on connection_spans/);
    });

    test("P4 a heartbeat reads its connection's last span and its whiteboard session, each to find and to change it", async () => {
      const { student, whiteboard } = running;
      const { id } = await connect(student, whiteboard);
      const beat = `mutation { heartbeat(connectionId: "${id}") { open } }`;
      const [sql = ""] = await statements.during(() => student.get(beat));
      expect(await rowsRead(sql, [id], [STUDENT], [true], [app.clock.now()], 35_000)).toBeLessThanOrEqual(6);
    });

    test("a suggestion reads its own session, two people, ten spans, and nothing of 2,000 others", async () => {
      const [sql = ""] = await statements.during(() => app.app.services.suggestions.suggestions([100]));
      expect(await rowsRead(sql, [100])).toBeLessThanOrEqual(15);
    });

    test("a page reads its sessions, their people and whiteboards, and nothing of 2,000 others", async () => {
      const actor = { id: 50, roles: new Set(["tutor"] as const) };
      const [sql = ""] = await statements.during(() => app.app.services.sessionList.sessions(actor, {}, { first: 10 }));
      expect(await rowsRead(sql, 11, actor.id)).toBeLessThanOrEqual(4 * 11);
    });

    test("a free number for a person is looked up in indexes, however much one person has done", async () => {
      const { prisma } = app.store.database;
      await prisma.session.updateMany({ data: { scheduledBy: 7, endedBy: 7 }, where: { status: "completed" } });
      await prisma.$executeRaw`analyze sessions`;
      const { admin } = running;
      const [sql = ""] = await statements.during(() =>
        admin.get('mutation { upsertUser(input: { name: "New" }) { id } }'),
      );
      expect(sql).toContain("nextval");
      const plan = await explain(sql);
      expect(plan).toMatch(/sessions_scheduled_by_idx/);
      expect(plan).toMatch(/sessions_ended_by_idx/);
      expect(plan).not.toMatch(/Seq Scan on (sessions|attendance_marks)/);
    });

    test("P5 the sweep reads those who are connected, however many were once", async () => {
      const sent = await statements.during(() => app.app.services.maintenanceJobs.sweep());
      const sql = sent.find((each) => each.includes("ended_at is null")) ?? "";
      expect(await rowsRead(sql, app.clock.now(), 200, 0)).toBeLessThanOrEqual(10);
    });

    test("P16 sessions that may complete by themselves are looked up one by one", async () => {
      const [sql = ""] = await statements.during(() => app.app.services.maintenanceJobs.completeOverdue());
      expect(sql).toContain("connection_spans");
      const now = app.clock.now();
      const plan = await explain(sql, now, 0, 0, 0, 1_000, now);
      expect(plan).toMatch(/connection_spans_whiteboard_session_id_idx/);
      expect(plan).not.toMatch(/connection_spans_open|Seq Scan on connection_spans/);
    });
  });
});
