import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMigrations } from "../../../src/database/migrations/engine.ts";
import { testApp } from "../../support/app.ts";
import type { TestDatabase } from "../../support/database.ts";
import { mark, tryMark } from "../../support/marks.ts";
import { FIRST_EIGHT, type RawStore, rawStore } from "../../support/raw-store.ts";

type Times = readonly [start: string, end: string];

/** Times that old rows have, and what the repair makes of them; null: they are possible and stay. */
const OLD: readonly (readonly [what: string, old: Times, repaired: Times | null])[] = [
  ["an hour", ["2024-03-01T10:00Z", "2024-03-01T11:00Z"], null],
  ["a millisecond", ["2024-03-01T10:00Z", "2024-03-01T10:00:00.001Z"], null],
  ["24 hours, over a change of clocks", ["2024-03-30T12:00Z", "2024-03-31T12:00Z"], null],
  ["no length", ["2024-03-01T10:00Z", "2024-03-01T10:00Z"], ["2024-03-01T10:00Z", "2024-03-01T10:01Z"]],
  ["the end first", ["2024-03-01T10:00Z", "2024-03-01T09:00Z"], ["2024-03-01T10:00Z", "2024-03-01T10:01Z"]],
  ["over 24 hours", ["2024-03-01T10:00Z", "2024-03-02T10:00:00.001Z"], ["2024-03-01T10:00Z", "2024-03-02T10:00Z"]],
  ["no end", ["2024-03-01T10:00Z", "infinity"], ["2024-03-01T10:00Z", "2024-03-01T10:01Z"]],
  ["no start", ["-infinity", "2024-03-01T10:00Z"], ["2024-03-01T09:59Z", "2024-03-01T10:00Z"]],
  ["a start that never comes", ["infinity", "2024-03-01T10:00Z"], ["2024-03-01T09:59Z", "2024-03-01T10:00Z"]],
  ["neither", ["-infinity", "infinity"], ["2024-02-01T08:00Z", "2024-02-01T08:01Z"]],
];
const REPAIRED = OLD.flatMap(([, , repaired], index) => (repaired === null ? [] : [index + 1]));
const WINDOW = `select scheduled_start::text as start, scheduled_end::text as end`;

/** `decided`: with a status of the whiteboard each, which a later migration writes to the same row. */
async function oldDatabase(decided: boolean): Promise<RawStore> {
  const db = await rawStore();
  await db.migrate(readMigrations().slice(0, 1));
  await db.query("insert into users (name) values ('Ann'), ('Ben')");
  for (const [what, [start, end]] of OLD) {
    await db.query(`insert into sessions (tutor_id, student_id, title, scheduled_start, scheduled_end, created_at)
      values (1, 2, '${what}', '${start}', '${end}', '2024-02-01T08:00Z')`);
  }
  if (decided)
    await db.query("insert into whiteboard_sessions (session_id, attendance_status) select id, 'late' from sessions");
  return db;
}

interface Opened {
  readonly store: TestDatabase;
  readonly warnings: readonly object[];
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>;
}

async function open(db: RawStore): Promise<Opened> {
  const warnings: object[] = [];
  const warn = (facts: object, message: string) => void warnings.push({ ...facts, message });
  const store = await db.open({ info: () => {}, warn });
  return { store, warnings, query: (sql) => store.database.prisma.$queryRawUnsafe(sql) };
}

const windows = (rows: readonly Record<string, unknown>[]) => rows.map(({ start, end }) => [start, end].map(asTime));
const asTime = (text: unknown) => (/infinity/.test(String(text)) ? text : new Date(String(text)).toISOString());

describe.each([
  ["all migrations at once, with decisions in the rows", true],
  ["the first eight before the others", false],
])("%s", (_way, decided) => {
  let opened: Opened;
  beforeAll(async () => {
    const db = await oldDatabase(decided);
    if (!decided) await db.migrate(FIRST_EIGHT(readMigrations()));
    opened = await open(db);
  });
  afterAll(() => opened.store.dispose());

  test("[D2] impossible times become possible, the old ones are kept, and a warning counts them", async () => {
    const { query, warnings } = opened;
    expect(windows(await query(`${WINDOW} from sessions order by id`))).toEqual(
      OLD.map(([, old, repaired]) => (repaired ?? old).map(asTime)),
    );
    expect(windows(await query(`${WINDOW} from repaired_times order by session_id`))).toEqual(
      OLD.filter(([, , repaired]) => repaired !== null).map(([, old]) => old.map(asTime)),
    );
    expect(warnings).toEqual([
      { sessions: REPAIRED.length, message: expect.stringMatching(/ 7 sessions .*docs\/migrating\.md/) as unknown },
    ]);
    const statuses = await query("select distinct student_attendance_status as status from sessions");
    expect(statuses).toEqual([{ status: decided ? "late" : "present" }]);
  });

  test("[D2] every constraint is validated, and keeps such times out", async () => {
    const { query } = opened;
    expect(await query("select conname from pg_constraint where not convalidated")).toEqual([]);
    for (const [what, [start, end], repaired] of OLD) {
      if (repaired === null) continue;
      const insert = query(`insert into sessions (tutor_id, student_id, scheduled_start, scheduled_end)
        values (1, 2, '${start}', '${end}')`);
      await expect(insert, what).rejects.toThrow(/sessions_(window|length)_check/);
    }
  });

  test("[D2] a repaired session is marked, cancelled and completed as any other; [S7] it has no suggestion", async () => {
    const app = await testApp({ store: opened.store, start: new Date().toISOString() });
    try {
      const admin = app.as(8, "admin");
      const [marked, cancelled] = REPAIRED;
      const sessionId = String(marked);
      expect(await mark(admin, { sessionId, tutorStatus: "ABSENT" })).toMatchObject({ tutorStatus: "ABSENT" });
      await admin.get(`mutation { cancelSession(sessionId: ${cancelled}) { id } }`);
      app.clock.jumpTo(app.clock.now() + 31 * 60_000);
      await app.clock.advance(10_000);
      const { sessions } = await admin.get("{ sessions(first: 100) { nodes { id status } } }");
      const notCompleted = sessions.nodes.filter(({ status }: { status: string }) => status !== "COMPLETED");
      expect(notCompleted).toEqual([{ id: String(cancelled), status: "CANCELLED" }]);
      expect(await tryMark(admin, { sessionId, useSuggestion: true })).toBe("NO_SUGGESTION");
      if (!decided) return; // Only then it has a whiteboard, and a suggestion that could be about it.
      const asked = await admin.ask(`{ attendanceSuggestion(sessionId: ${marked}) { isFinal } }`);
      expect(asked.errors?.[0]).toMatchObject({
        message: expect.stringMatching(/times .* were not valid/) as unknown,
        extensions: { code: "NO_SUGGESTION" },
      });
    } finally {
      await app.dispose();
    }
  });
});
