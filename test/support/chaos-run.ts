import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { chunks } from "../../src/services/sessions/job-runner.ts";
import { Beater } from "./beater.ts";
import { startFleet } from "./fleet.ts";
import { differences, missing, timedOut } from "./ledger-rows.ts";
import { manyLessons } from "./many-lessons.ts";
import { ownPostgreSQL } from "./own-postgresql.ts";
import { ownRedis } from "./own-redis.ts";
import { random } from "./random.ts";
import { troubles } from "./troubles.ts";
import { sum, tally, Watchtower } from "./watchtower.ts";

export interface ChaosRun {
  readonly seed: number;
  readonly clients: number;
  readonly leaseSeconds: number;
  /** Seconds that locks are held and processes stand still: longer than the lease. */
  readonly heldSeconds: number;
  /** How many troubles there are at the same time; those that keep everybody out come alone. */
  readonly atOnce: number;
  /** Which troubles, by name; all unless told. */
  readonly kinds?: readonly string[];
  /** How often each kind of trouble comes. */
  readonly rounds: number;
  /** Milliseconds between two heartbeats of a client. */
  readonly pause: number;
}

const PROCESSES = 3;

/**
 * Everything that an operator, a platform or a machine may do to three processes, under clients that prove life all the
 * time and go to the next server when one does not answer: nothing acknowledged is lost, and nobody is declared gone.
 */
export async function chaosRun(run: ChaosRun): Promise<void> {
  console.log({ seed: run.seed });
  const next = random(run.seed);
  const lease = run.leaseSeconds * 1_000;
  const [postgresql, redis] = [await ownPostgreSQL(), await ownRedis()];
  onTestFinished(async () => {
    await redis.dispose();
    postgresql.dispose();
  });
  const settings = {
    DATABASE_URL: postgresql.url,
    REDIS_URL: redis.url,
    LEASE_SECONDS: String(run.leaseSeconds),
    HEARTBEAT_SECONDS: String(Math.floor(run.leaseSeconds / 3)),
  };
  const fleet = await startFleet(PROCESSES, settings);
  const lessons = await manyLessons(fleet.urls[0] as string, run.clients);
  const towers = fleet.urls.map((url) => new Watchtower(url, lessons));
  const beaters = lessons.map((lesson) => new Beater(fleet, lesson, next, lease / 3));
  onTestFinished(async () => void (await Promise.all([...towers, ...beaters].map((each) => each.stop()))));
  beaters.forEach((beater) => beater.start(run.pause));
  // Everybody is there before anything happens; where the machine is slow that takes its time.
  const there = () => ({
    waiting: beaters.filter((beater) => beater.acknowledged.length === 0).length,
    lost: sum(beaters.map((beater) => beater.lost)),
    refused: tally(beaters.map((beater) => beater.refused)),
  });
  await expect.poll(there, { timeout: 60_000, interval: 500 }).toMatchObject({ waiting: 0 });

  const happened: string[] = [];
  const missed: string[] = [];
  for (let round = 0; round < run.rounds; round += 1) {
    const all = troubles({ fleet, postgresql, redis, lessons, next, heldMs: run.heldSeconds * 1_000 });
    const kinds = all.filter(({ name }) => run.kinds?.includes(name) ?? true);
    expect(kinds.length).toBe(run.kinds?.length ?? all.length);
    const apart = kinds.filter(({ everywhere }) => everywhere !== true);
    const batches = [
      ...chunks(apart, run.atOnce),
      ...kinds.filter(({ everywhere }) => everywhere === true).map((each) => [each]),
    ];
    for (const now of batches) {
      happened.push(now.map(({ name }) => name).join(" + "));
      await Promise.all(now.map(async (trouble) => (await trouble.happen()) || missed.push(trouble.name)));
      await sleep(run.pause);
    }
  }
  // A lock that was not held, or a process that was not there, has proved nothing.
  expect(missed).toEqual([]);
  // Who was declared gone for it would be so by now.
  await sleep(lease / 2);
  await Promise.all(beaters.map((beater) => beater.stop()));
  const gone = (await timedOut(postgresql.url)).filter(({ id, at }) => provedLife(beaters, id, at, lease));

  await expect
    .poll(async () => [...(await differences(towers, postgresql.url)), ...fleet.crashes], {
      timeout: 2 * lease + 30_000,
      interval: 500,
    })
    .toEqual([]);
  const acknowledged = beaters.flatMap((beater) => beater.acknowledged);
  const figures = {
    ...run,
    happened,
    acknowledged: acknowledged.length,
    missing: await missing(postgresql.url, acknowledged),
    gone: gone.length,
    serversLost: sum(beaters.map((beater) => beater.lost)),
    refused: tally(beaters.map((beater) => beater.refused)),
    events: tally(towers.map((tower) => tower.events)),
  };
  console.log(figures);
  expect(gone).toEqual([]);
  expect(figures.missing).toBe(0);
  expect(towers.flatMap((tower) => tower.disorder)).toEqual([]);
  expect(figures.refused["INTERNAL_SERVER_ERROR"]).toBeUndefined();
  await promisify(execFile)(process.execPath, ["dist/cli/recount.js"], { env: { ...process.env, ...settings } });
}

/** Whether its client tried again and again for a lease after it was last seen: the test itself may have stood still. */
function provedLife(beaters: readonly Beater[], id: string, seenAt: number, lease: number): boolean {
  const beater = beaters.find(({ acknowledged }) => acknowledged.some((each) => each.connectionId === id));
  const tried = (beater?.tried ?? []).filter((at) => at > seenAt && at < seenAt + lease);
  const times = [seenAt, ...tried, seenAt + lease];
  return times.every((at, i) => i === 0 || at - (times[i - 1] as number) < lease / 2);
}
