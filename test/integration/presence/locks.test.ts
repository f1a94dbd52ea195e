import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { RollcallError } from "../../../src/domain/errors.ts";
import { openDatabase } from "../../../src/database/client/open.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { place, store, type TestDatabase } from "../../support/database.ts";
import { expectTrueColumns } from "../../support/ledger.ts";
import { type Lesson, lesson, STUDENT } from "../../support/lesson.ts";
import { keepLock } from "../../support/locks.ts";
import { beat, connect, HEARTBEAT, spans, status } from "../../support/presence.ts";
import { onServer } from "../../support/prepare-postgresql.ts";

const LEASE_MS = 35_000;
const HELD_MS = 45_000;

// Only a server has somebody else's transactions.
describe.runIf(store === "postgresql")("P13 what proofs of life can't get past is an absence", () => {
  let url: string;
  let remove: () => Promise<void>;
  const stores: TestDatabase[] = [];
  /** Two processes: the first one hears the clients, the second one keeps house. */
  let apps: TestApp[] = [];
  let [app, maintenanceJobs]: TestApp[] = [];
  let day = 1;
  beforeAll(async () => {
    const found = await place("migrated");
    remove = found.remove;
    // Nobody has to wait long to hear that somebody holds a lock.
    url = `${found.settings.url}?options=-c%20lock_timeout%3D50`;
    for (let each = 0; each < 2; each += 1) {
      const settings = { ...found.settings, url };
      const database = await openDatabase(settings);
      stores.push({ database, settings, dispose: () => database.close() });
    }
  });
  beforeEach(async () => {
    const start = `2026-03-${String((day += 1)).padStart(2, "0")}T16:00:00Z`;
    apps = [];
    for (const store of stores) apps.push(await testApp({ store, tolerance: 3_000, start }));
    [app, maintenanceJobs] = apps as [TestApp, TestApp];
    await maintenanceJobs.app.jobScheduler.sweep();
  });
  afterEach(async () => {
    await expectTrueColumns(app!);
    for (const each of apps) await each.dispose();
  });
  afterAll(async () => {
    for (const each of stores) await each.dispose();
    await remove();
  });

  const move = (ms: number) => apps.forEach((each) => each.clock.jumpTo(each.clock.now() + ms));
  /** As the second process does every second; what it can't do it tries again. */
  async function keepHouse(ms: number, often = 2_500): Promise<void> {
    const { maintenanceJobs: house } = maintenanceJobs!.app.services;
    for (let passed = 0; passed < ms; passed += often) {
      move(often);
      const parts = [() => house.look(), () => house.lookAtLockedRows(), () => house.sweep()];
      for (const part of parts) await part().catch(() => undefined);
    }
  }
  async function hereStill({ student, whiteboard }: Lesson, id: string): Promise<void> {
    await keepHouse(2_500);
    expect(await status(student, whiteboard)).toMatchObject({ student: { connected: true, openConnections: 1 } });
    await beat(student, id);
    expect((await spans(student, whiteboard)).map((span) => span.replace(/.* /, ""))).toEqual([
      "OUTAGE",
      "(16:00:47.500)",
    ]);
  }

  test.each(["connection_spans", "whiteboard_sessions", "connections"])(
    "P13 a lock on the table %s alone, as an index takes that is built: nobody is gone for it",
    async (table) => {
      const here = await lesson(app!);
      const { id } = await connect(here.student, here.whiteboard);
      const lock = await keepLock(url, `lock table ${table} in share mode`);
      onTestFinished(() => lock.release());
      await keepHouse(HELD_MS);
      if (table !== "connections") {
        expect(await here.student.code(HEARTBEAT, { id })).toBe("UNAVAILABLE");
      }
      await lock.release();
      await hereStill(here, id);
    },
  );

  test("P13 proofs that fail while all else can be written, as on a full disk: nobody is gone for it", async () => {
    const here = await lesson(app!);
    const { id } = await connect(here.student, here.whiteboard);
    const full = `begin raise 'could not extend file' using errcode = '53100'; end`;
    await onServer(url, `create function full_disk() returns trigger language plpgsql as $$ ${full} $$`);
    await onServer(
      url,
      "create trigger full_disk before update of last_seen_at on connection_spans for each row execute function full_disk()",
    );
    for (let passed = 0; passed < HELD_MS; passed += 5_000) {
      expect(await here.student.code(HEARTBEAT, { id })).toBe("UNAVAILABLE");
      // The process that can't write what it was given says so; the other one has nothing to complain of.
      await app!.app.services.maintenanceJobs.look();
      await keepHouse(5_000);
    }
    await onServer(url, "drop trigger full_disk on connection_spans", "drop function full_disk");
    await hereStill(here, id);
  });

  const ROWS = {
    whiteboard_sessions: "id = $whiteboard",
    sessions: "id = $session",
    connection_spans: "whiteboard_session_id = $whiteboard",
    connections: "whiteboard_session_id = $whiteboard",
  };
  test.each(Object.entries(ROWS))(
    "P13 a locked row of %s holds up nobody else, and nobody is gone for it",
    async (table, where) => {
      const here = await lesson(app!);
      const { id } = await connect(here.student, here.whiteboard);
      const other = await lesson(app!);
      const theirs = await connect(other.student, other.whiteboard);
      const silent = await lesson(app!);
      await connect(silent.student, silent.whiteboard);
      const row = where.replace("$whiteboard", here.whiteboard).replace("$session", here.sessionId);
      const lock = await keepLock(url, `select from ${table} where ${row} for update`);
      onTestFinished(() => lock.release());

      await keepHouse(LEASE_MS / 2, 2_500);
      // In one batch, as all that come to a process while it writes.
      const { connections } = app!.app.services;
      const actor = { id: STUDENT, roles: new Set(["student"] as const) };
      // A locked session or connection keeps only connects, flips and ends out.
      const beating = ["sessions", "connections"].includes(table) ? [theirs.id] : [theirs.id, id];
      const beats = beating.map((each) =>
        connections.heartbeat(actor, each, "HEARTBEAT", app!.clock.now()).then(
          () => "acknowledged",
          (error: RollcallError) => error.code,
        ),
      );
      expect(await Promise.all(beats)).toEqual(["acknowledged", "UNAVAILABLE"].slice(0, beats.length));
      await keepHouse(HELD_MS - LEASE_MS / 2);
      expect(await spans(silent.student, silent.whiteboard)).toEqual(["STUDENT 16:00:00 - 16:00:00 TIMED_OUT"]);
      expect(await status(other.student, other.whiteboard)).toMatchObject({ student: { connected: true } });
      expect(await status(here.student, here.whiteboard)).toMatchObject({ student: { connected: true } });
      await lock.release();
      await hereStill(here, id);
      // Whoever stays away is gone a lease later.
      await keepHouse(LEASE_MS + 2_500);
      expect(await status(here.student, here.whiteboard)).toMatchObject({ student: { connected: false } });
      const { prisma } = app!.store.database;
      await keepHouse(2 * LEASE_MS);
      expect(await prisma.lockedWhiteboard.count()).toBe(0);
    },
  );

  const KEPT = ["whiteboard_sessions where id = $whiteboard", "connections where whiteboard_session_id = $whiteboard"];
  test.each(KEPT)("P13 a locked row of %s holds up no connect and no end of another whiteboard", async (rows) => {
    const [here, other, third] = [await lesson(app!), await lesson(app!), await lesson(app!)];
    const socketId = randomUUID();
    const { services } = app!.app;
    const actor = { id: STUDENT, roles: new Set(["student"] as const) };
    const enter = ({ whiteboard }: Lesson, connectionId: string | null = null) =>
      services.connections.connect(actor, { whiteboardSessionId: whiteboard, connectionId }, socketId);
    const [mine, theirs] = [await enter(here), await enter(other)];
    const lock = await keepLock(url, `select from ${rows.replace("$whiteboard", here.whiteboard)} for update`);
    onTestFinished(() => lock.release());
    const code = (done: Promise<unknown>) =>
      done.then(
        () => "done",
        (error: RollcallError) => error.code ?? "busy",
      );
    // All in one go, as after a server's end.
    const outcomes = [enter(here, mine.id), enter(other, theirs.id), enter(third)].map(code);
    expect((await Promise.all(outcomes)).slice(1)).toEqual(["done", "done"]);
    expect(await outcomes[0]).not.toBe("done");
    const end = { at: app!.clock.now(), alive: true };
    const ends = [mine, theirs].map(({ id }) => code(services.connections.cut(id, socketId, end)));
    expect((await Promise.all(ends))[1]).toBe("done");
    expect(await status(other.student, other.whiteboard)).toMatchObject({ student: { connected: false } });
    expect(await status(third.student, third.whiteboard)).toMatchObject({ student: { connected: true } });
    await lock.release();
  });
});
