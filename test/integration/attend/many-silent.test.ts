import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../src/database/client/open.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { place, store, type TestDatabase } from "../../support/database.ts";
import { keepLock } from "../../support/locks.ts";
import { silentWhiteboards } from "../../support/silent-whiteboards.ts";

/** As after an outage, when all are silent for longer than half a lease of 35 s. */
const SILENT_MS = 20_000;
const ROOMS = 1_500;
/** A heartbeat that waits for others is given up after 2 s; nobody may be kept for much of that. */
const SLOWEST_MS = 1_000;

// Only on a server one process looks while another one writes.
describe.runIf(store === "postgresql")("P13 looks at whiteboards where all are silent", () => {
  const stores: TestDatabase[] = [];
  /** Two processes, on one database. */
  let apps: TestApp[] = [];
  let url: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const found = await place("migrated");
    [url, remove] = [found.settings.url!, found.remove];
    for (let each = 0; each < 2; each += 1) {
      const database = await openDatabase(found.settings);
      stores.push({ database, settings: found.settings, dispose: () => database.close() });
    }
    apps = await Promise.all(
      stores.map((store) => testApp({ store, tolerance: 3_000, start: "2026-03-02T16:00:00Z" })),
    );
    for (const each of apps) await each.app.jobScheduler.sweep();
  });
  afterEach(async () => {
    for (const each of apps) await each.dispose();
    for (const each of stores.splice(0)) await each.dispose();
    await remove();
  });
  const silence = () => apps.forEach((each) => each.clock.jumpTo(each.clock.now() + SILENT_MS));

  test("P4, P13 hold up nobody's heartbeat, however many whiteboards there are", { timeout: 60_000 }, async () => {
    const [app, other] = apps as [TestApp, TestApp];
    const ids = await silentWhiteboards(app, ROOMS);
    silence();
    const failed: unknown[] = [];
    let over = false;
    const look = async (each: TestApp) => {
      while (!over)
        await each.app.services.maintenanceJobs.lookAtLockedRows().catch((error: unknown) => failed.push(error));
    };
    const looking = [look(app), look(other)];
    const service = { id: 9, roles: new Set(["service"] as const) };
    const took: number[] = [];
    // The last whiteboards stay silent.
    for (let from = 0; from < Math.min(ids.length - 100, 1_200); from += 40) {
      const beats = ids.slice(from, from + 40).map(async (id) => {
        const began = performance.now();
        await app.app.services.connections
          .heartbeat(service, id, "HEARTBEAT", app.clock.now())
          .catch((error: unknown) => failed.push(error));
        took.push(performance.now() - began);
      });
      await Promise.all(beats);
    }
    over = true;
    await Promise.all(looking);
    expect(failed).toEqual([]);
    expect(Math.max(...took)).toBeLessThan(SLOWEST_MS);
  });

  /** All rows of all whiteboards, as a look locks them. */
  const ALL = "select from whiteboard_sessions w, sessions s, connection_spans c, connections n";

  test("take no look of another process for somebody who keeps a whiteboard", async () => {
    const [app] = apps as [TestApp];
    await silentWhiteboards(app, 2);
    silence();
    const looking = await keepLock(
      url,
      `select pg_advisory_xact_lock(72707370); ${ALL} for no key update of w, s, c, n`,
    );
    onTestFinished(() => looking.release());
    const look = app.app.services.maintenanceJobs.lookAtLockedRows();
    await sleep(100);
    await looking.release();
    await look;
    expect(await app.store.database.prisma.lockedWhiteboard.count()).toBe(0);
  });

  test.each(["share", "no key update", "update"])("see who keeps whiteboards for %s", async (lock) => {
    const [app] = apps as [TestApp];
    await silentWhiteboards(app, 2);
    silence();
    const kept = await keepLock(url, `${ALL} for ${lock} of w`);
    onTestFinished(() => kept.release());
    await app.app.services.maintenanceJobs.lookAtLockedRows();
    expect(await app.store.database.prisma.lockedWhiteboard.count()).toBe(2);
  });
});
