import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Database, openDatabase } from "../../../src/database/client/open.ts";
import { testApp } from "../../support/app.ts";
import { place, store } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";
import { silent } from "../../support/log.ts";
import { onServer } from "../../support/prepare-postgresql.ts";
import { connect } from "../../support/presence.ts";
import { outcome, sessionInput, trySchedule } from "../../support/schedule.ts";

const MARK = "mutation ($id: ID!) { markAttendance(input: { sessionId: $id, studentStatus: LATE }) { id } }";
const AT_ONCE = 10;
const ADMIN = { id: 8, roles: new Set(["admin"] as const) };

describe.runIf(store === "postgresql")("where the database's default isolation is another one", () => {
  let url: string;
  const open = async (flag = "", warn: (facts: object) => void = () => expect.unreachable()): Promise<Database> => {
    const database = await openDatabase({ url: url + flag, poolSize: 8, log: { ...silent, warn } });
    onTestFinished(() => database.close());
    return database;
  };
  const name = () => new URL(url).pathname.slice(1);

  beforeAll(async () => {
    const { settings, remove } = await place("migrated");
    url = settings.url!;
    // What a pooled connection has to find in its role.
    const prepared = ["timezone = 'UTC'", "lock_timeout = '2s'", "statement_timeout = '9s'"];
    for (const setting of [...prepared, "idle_in_transaction_session_timeout = '10s'"]) {
      await onServer(url, `alter database ${name()} set ${setting}`);
    }
    return remove;
  });

  // The flag alone: a direct connection without start-up options, as a pooler passes it on.
  const ways = [
    ["repeatable read", "", "08:00", "09:00"],
    ["repeatable read", "?pgbouncer=true", "10:00", "11:00"],
    ["serializable", "?pgbouncer=true", "12:00", "13:00"],
  ] as const;

  test.each(ways)(
    "%s%s: marks and connects at once all succeed, and a tutor gets one lesson at a time",
    async (...way) => {
      const [level, flag, ...hours] = way;
      await onServer(url, `alter database ${name()} set default_transaction_isolation = '${level}'`);
      const database = await open(flag, () => {});
      const store = { database, settings: { url, log: silent }, dispose: async () => {} };
      const app = await testApp({ store, start: "2026-03-02T07:00:00Z" });
      onTestFinished(() => app.dispose());
      const { tutor, student, whiteboard, sessionId } = await lesson(app);
      const many = <T>(run: () => Promise<T>) => Promise.all(Array.from({ length: AT_ONCE }, run));

      expect(new Set(await many(() => outcome(tutor.ask(MARK, { id: sessionId }))))).toEqual(new Set(["ok"]));
      const ids = (await many(() => connect(student, whiteboard))).map(({ id }) => id);
      expect(new Set(ids).size).toBe(AT_ONCE);
      // Statements outside of transactions, all about the same rows.
      await many(() => app.app.services.people.upsert(ADMIN, { id: "2", name: `Sam ${Math.random()}` }));
      const outcomes = await many(() => outcome(trySchedule(tutor, sessionInput(app, ...hours))));
      expect(outcomes.filter((each) => each === "ok")).toHaveLength(1);
      expect(new Set(outcomes)).toEqual(new Set(["ok", "CONFLICT"]));
    },
  );

  test("a pooled role of another level is warned of, and the statement that helps does", async () => {
    const warnings: { run?: string }[] = [];
    const role = new URL(url).username;
    await open("?pgbouncer=true", (facts) => warnings.push(facts));
    expect(warnings).toMatchObject([
      { run: `alter role ${role} set default_transaction_isolation = 'read committed'` },
    ]);
    await onServer(url, `alter database ${name()} reset default_transaction_isolation`);
    await open("?pgbouncer=true");
  });

  test("an option of the URL does not change the level: ours comes last", async () => {
    const database = await open("?options=-c%20default_transaction_isolation=serializable");
    const levels = await database.prisma.$queryRaw`
      select current_setting('default_transaction_isolation') as standing, current_setting('transaction_isolation') as now`;
    expect(levels).toEqual([{ standing: "read committed", now: "read committed" }]);
  });
});
