import { createHash } from "node:crypto";
import pg from "pg";
import { expect, test } from "vitest";
import { migrate } from "../../../src/database/migrations/runner.ts";
import { type Migration, readMigrations } from "../../../src/database/migrations/engine.ts";
import { beginMigration } from "../../../src/database/client/postgresql.ts";
import { testApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { people } from "../../support/lesson.ts";
import { connect, status } from "../../support/presence.ts";
import { rawStore } from "../../support/raw-store.ts";

const migrations = readMigrations();
const another = (script: string): Migration[] => [
  ...migrations,
  { name: "20990101000000_another", script, checksum: createHash("sha256").update(script).digest("hex") },
];

const WATCH = `select
  away_until = alive_at and away_until - $start >= interval '200 milliseconds' as until_its_end,
  extract(epoch from $start - away_from)::float8 as seconds_before
from presence_watch`;

test.each([
  ["nobody had been away", "null, null", 1],
  ["an absence had ended a minute ago", "now() - interval '2 minutes', now() - interval '1 minute'", 120],
  ["the latest absence was yesterday's", "now() - interval '25 hours', now() - interval '24 hours'", 1],
])(
  "P13 migrations are an absence of the servers from the last look until they are done: %s",
  async (_, away, before) => {
    const db = await rawStore();
    await db.migrate(migrations);
    const [row] = await db.query(
      `insert into presence_watch (alive_at, away_from, away_until) values (now() - interval '1 second', ${away})
    returning now()::text as start`,
    );
    await db.migrate(another("select pg_sleep(0.3)"));
    const [found] = await db.query(WATCH.replaceAll("$start", `'${String(row?.start)}'::timestamptz`));
    expect(found).toEqual({ until_its_end: true, seconds_before: expect.closeTo(before, 2) as unknown });
    // Without a migration to apply it stays as it is.
    const watch = () => db.query("select * from presence_watch");
    const left = await watch();
    await db.migrate(another("select pg_sleep(0.3)"));
    expect(await watch()).toEqual(left);
    await db.dispose();
  },
);

// An embedded store has one process: nobody serves it while it is migrated.
test.runIf(store === "postgresql")(
  "P13 a migration that keeps proofs of life out for longer than a lease ends nobody's, though earlier versions look meanwhile",
  async () => {
    const env = { LEASE_SECONDS: "2", HEARTBEAT_SECONDS: "1" };
    const app = await testApp({ env, start: new Date().toISOString() });
    const { student, tutor } = await people(app);
    const { id } = await app.app.services.sessions.schedule(
      { id: 8, roles: new Set(["admin"] as const) },
      { tutorId: "1", studentId: "2", scheduledStart: app.clock.now(), scheduledEnd: app.clock.now() + 1_800_000 },
    );
    const open = "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }";
    const whiteboard = (await tutor.get(open, { id: String(id) })).openWhiteboard.id as string;

    const old = new pg.Client({ connectionString: app.store.settings.url });
    await old.connect();
    const look = () => old.query("update presence_watch set alive_at = greatest(alive_at, clock_timestamp())");
    const looks = setInterval(() => void look(), 50);
    // The test's clock stands still, the database's does not.
    app.clock.jumpTo(Date.now());
    await connect(student, whiteboard);
    const url = app.store.settings.url!;
    await migrate(() => beginMigration(url), another("lock table connection_spans, sessions; select pg_sleep(2.5)"));
    clearInterval(looks);
    await look();
    await old.end();

    app.clock.jumpTo(Date.now());
    await app.app.jobScheduler.sweep();
    expect((await status(tutor, whiteboard)).student.connected).toBe(true);
    app.clock.jumpTo(app.clock.now() + 2_100);
    await app.app.jobScheduler.sweep();
    expect((await status(tutor, whiteboard)).student.connected).toBe(false);
    await app.dispose();
  },
);
