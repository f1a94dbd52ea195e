import { afterEach, expect, test } from "vitest";
import { readMigrations } from "../../src/database/migration-files.ts";
import { testApp } from "../support/app.ts";
import type { TestDatabase } from "../support/database.ts";
import { mark, tryMark } from "../support/marks.ts";
import { FIRST_EIGHT, type RawStore, rawStore } from "../support/raw-store.ts";

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

let dispose: (() => Promise<void>) | undefined;
afterEach(() => dispose?.());

/** `decided`: with a status of the whiteboard each, which a later migration writes to the same row. */
async function oldDatabase(decided: boolean): Promise<RawStore> {
  const db = await rawStore();
  dispose = () => db.dispose();
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

async function open(db: RawStore): Promise<{ store: TestDatabase; warnings: object[] }> {
  const warnings: object[] = [];
  const warn = (facts: object, message: string) => void warnings.push({ ...facts, message });
  const store = await db.open({ info: () => {}, warn });
  dispose = () => store.dispose();
  return { store, warnings };
}

const windows = (rows: readonly Record<string, unknown>[]) => rows.map(({ start, end }) => [start, end].map(asTime));
const asTime = (text: unknown) => (/infinity/.test(String(text)) ? text : new Date(String(text)).toISOString());

test.each([
  ["all migrations at once, with decisions in the rows", true],
  ["the first eight before the others", false],
])(
  "[D2] impossible times become possible, the old ones are kept, and a warning counts them: %s",
  async (_way, decided) => {
    const db = await oldDatabase(decided);
    if (!decided) await db.migrate(FIRST_EIGHT(readMigrations()));
    const { store, warnings } = await open(db);
    const query = (sql: string) => store.database.prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql);
    expect(windows(await query(`${WINDOW} from sessions order by id`))).toEqual(
      OLD.map(([, old, repaired]) => (repaired ?? old).map(asTime)),
    );
    expect(windows(await query(`${WINDOW} from repaired_times order by session_id`))).toEqual(
      OLD.filter(([, , repaired]) => repaired !== null).map(([, old]) => old.map(asTime)),
    );
    expect(warnings).toEqual([
      { sessions: REPAIRED.length, message: expect.stringMatching(/ 7 sessions .*docs\/migrating\.md/) as unknown },
    ]);
    if (!decided) return;
    expect(await query("select distinct student_attendance_status as status from sessions")).toEqual([
      { status: "late" },
    ]);
  },
);

test("[D2] after the migrations every constraint is validated, and keeps such times out", async () => {
  const { store } = await open(await oldDatabase(false));
  const query = (sql: string) => store.database.prisma.$queryRawUnsafe<Record<string, unknown>[]>(sql);
  expect(await query("select conname from pg_constraint where not convalidated")).toEqual([]);
  for (const [what, [start, end], repaired] of OLD) {
    const insert = query(`insert into sessions (tutor_id, student_id, scheduled_start, scheduled_end)
      values (1, 2, '${start}', '${end}')`);
    if (repaired === null) await insert;
    else await expect(insert, what).rejects.toThrow(/sessions_(window|length)_check/);
  }
});

test("[D2] a repaired session is marked, cancelled and completed as any other; [S7] it has no suggestion", async () => {
  const { store } = await open(await oldDatabase(true));
  const app = await testApp({ store, start: new Date().toISOString() });
  const disposeStore = dispose;
  dispose = () => app.dispose().finally(disposeStore);
  const admin = app.as(8, "admin");
  const [marked, cancelled] = REPAIRED;
  expect(await mark(admin, { sessionId: String(marked), tutorStatus: "ABSENT" })).toMatchObject({
    tutorStatus: "ABSENT",
  });
  await admin.get(`mutation { cancelSession(sessionId: ${cancelled}) { id } }`);
  app.clock.jumpTo(app.clock.now() + 31 * 60_000);
  await app.clock.advance(10_000);
  const { sessions } = await admin.get("{ sessions(first: 100) { nodes { id status } } }");
  const notCompleted = sessions.nodes.filter(({ status }: { status: string }) => status !== "COMPLETED");
  expect(notCompleted).toEqual([{ id: String(cancelled), status: "CANCELLED" }]);
  const asked = await admin.ask(`{ attendanceSuggestion(sessionId: ${marked}) { isFinal } }`);
  expect(asked.errors?.[0]).toMatchObject({
    message: expect.stringMatching(/times .* were not valid/) as unknown,
    extensions: { code: "NO_SUGGESTION" },
  });
  expect(await tryMark(admin, { sessionId: String(marked), useSuggestion: true })).toBe("NO_SUGGESTION");
});
