import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import { Attendee } from "./attendee.ts";
import { startFleet } from "./fleet.ts";
import { differences } from "./ledger-rows.ts";
import { manyLessons } from "./many-lessons.ts";
import { ownDatabase } from "./own-database.ts";
import { ownRedis } from "./own-redis.ts";
import { sum, tally, Watchtower } from "./watchtower.ts";

const PROCESSES = 3;

/** Restarts three processes one after the other under people who attend, and looks whether anybody saw them gone. */
export async function rollingRun(run: {
  readonly clients: number;
  readonly leaseSeconds: number;
  /** Of attendees, see Attendee. */
  readonly patience?: number;
}): Promise<void> {
  const [database, redis] = [await ownDatabase(), await ownRedis()];
  onTestFinished(() => redis.dispose());
  const fleet = await startFleet(PROCESSES, {
    DATABASE_URL: database,
    REDIS_URL: redis.url,
    LEASE_SECONDS: String(run.leaseSeconds),
    HEARTBEAT_SECONDS: String(Math.floor((run.leaseSeconds - 1) / 2)),
  });
  const lessons = await manyLessons(fleet.urls[0] as string, run.clients);
  const towers = fleet.urls.map((url) => new Watchtower(url, lessons));
  const attendees = lessons.map((lesson, i) => new Attendee(fleet, lesson, i, run.patience));
  onTestFinished(async () => void (await Promise.all([...towers, ...attendees].map((each) => each.stop()))));
  const absent = async () => (await differences(towers, database)).length;
  const everybody = { timeout: 60_000, interval: 500 };
  await expect.poll(() => attendees.filter((each) => each.connections.length === 0).length, everybody).toBe(0);
  await expect.poll(absent, everybody).toBe(0);

  const begun = Date.now();
  for (let which = 0; which < PROCESSES; which += 1) {
    expect(await fleet.stop(which)).toBe(0);
    await fleet.start(which);
    // As a rollout does: the next one goes when this one has been ready for a while.
    await sleep(1_000);
  }
  const rolledMs = Date.now() - begun;
  // Whoever had been left behind would time out now.
  await sleep((run.leaseSeconds + 3) * 1_000);
  await expect.poll(absent, everybody).toBe(0);
  const closes = tally(attendees.map((each) => each.closes));
  const events = tally(towers.map((tower) => tower.events));
  const connections = sum(attendees.map((each) => each.connections.length));
  const refused = sum([...attendees, ...towers].map((each) => each.refused));
  console.log({ ...run, rolledMs, closes, events, connections, refused });
  expect(fleet.crashes).toEqual([]);
  expect(towers.flatMap((tower) => tower.disorder)).toEqual([]);
  expect(closes["1001"]).toBeGreaterThanOrEqual(run.clients);
  expect(events).not.toHaveProperty("DISCONNECTED");
  expect(events).not.toHaveProperty("TIMED_OUT");
  expect(events["CONNECTED"]).toBeGreaterThan(0);
  // Everybody went on with the connection that they had.
  expect(connections).toBe(run.clients);
  expect(towers.every((tower) => [...tower.seen.values()].every(({ student }) => student.openConnections === 1))).toBe(
    true,
  );
}
