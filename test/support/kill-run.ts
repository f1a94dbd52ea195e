import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { Beater } from "./beater.ts";
import { startAgain, startFleet } from "./fleet.ts";
import { manyLessons } from "./many-lessons.ts";
import { ownPostgreSQL } from "./own-postgresql.ts";
import { ownRedis } from "./own-redis.ts";
import { random } from "./random.ts";
import { differences, missing, versionsOf } from "./ledger-rows.ts";
import { Lag, sum, tally, Watchtower } from "./watchtower.ts";

export interface KillRun {
  readonly seed: number;
  readonly clients: number;
  readonly seconds: number;
  /** Seconds from one `kill -9` to the next. */
  readonly killEvery: number;
  /** How often PostgreSQL is crashed and started again. */
  readonly crashes: number;
  /** Milliseconds between two heartbeats of a client. */
  readonly pause: number;
}

const PROCESSES = 3;
/** Presence must be the same everywhere so long after a kill, in milliseconds. */
const EQUAL_WITHIN_MS = 35_000;

/** Kills one of three processes again and again under clients that log every acknowledgement, and looks what is left. */
export async function killRun(run: KillRun): Promise<void> {
  const next = random(run.seed);
  const [postgresql, redis] = [await ownPostgreSQL(), await ownRedis()];
  onTestFinished(async () => {
    await redis.dispose();
    postgresql.dispose();
  });
  const settings = { DATABASE_URL: postgresql.url, REDIS_URL: redis.url };
  const fleet = await startFleet(PROCESSES, settings);
  const lessons = await manyLessons(fleet.urls[0] as string, run.clients);
  const towers = fleet.urls.map((url) => new Watchtower(url, lessons));
  const beaters = lessons.map((lesson) => new Beater(fleet, lesson, next));
  onTestFinished(async () => void (await Promise.all([...towers, ...beaters].map((each) => each.stop()))));
  beaters.forEach((beater) => beater.start(run.pause));

  const lag = new Lag();
  let looking = true;
  const looks = (async () => {
    for (; looking; await sleep(1_000)) {
      const versions = await versionsOf(postgresql.url).catch(() => new Map<string, number>());
      lag.look(towers, versions, Date.now());
    }
  })();

  const begun = Date.now();
  let crashes = 0;
  const restarts: Promise<void>[] = [];
  let kills = 0;
  while (Date.now() < begun + run.seconds * 1_000) {
    await sleep(run.killEvery * 1_000);
    const up = fleet.up();
    const victim = up[Math.floor(next() * up.length)];
    if (victim !== undefined) {
      await fleet.kill(victim);
      kills += 1;
      restarts.push(startAgain(() => fleet.start(victim)));
    }
    // In the middle of every part of the time, as many as there are crashes.
    if (crashes < run.crashes && Date.now() - begun > ((crashes + 0.5) / run.crashes) * run.seconds * 1_000) {
      crashes += 1;
      postgresql.stop("immediate");
      await sleep(2_000);
      postgresql.start();
    }
  }
  await Promise.all(restarts);
  await Promise.all(beaters.map((beater) => beater.stop()));
  const settled = Date.now();
  await expect
    .poll(async () => lag.look(towers, await versionsOf(postgresql.url), Date.now()), { timeout: EQUAL_WITHIN_MS })
    .toBe(0);
  // Those who are left time out now; everybody must be seen going.
  await expect
    .poll(
      async () => [
        ...(await differences(towers, postgresql.url)),
        ...towers.flatMap((tower) => tower.disorder),
        ...fleet.crashes,
      ],
      { timeout: 2 * EQUAL_WITHIN_MS, interval: 1_000 },
    )
    .toEqual([]);
  looking = false;
  await looks;

  const acknowledged = beaters.flatMap((beater) => beater.acknowledged);
  const figures = {
    ...run,
    kills,
    acknowledged: acknowledged.length,
    missing: await missing(postgresql.url, acknowledged),
    serversLost: sum(beaters.map((beater) => beater.lost)),
    refused: tally(beaters.map((beater) => beater.refused)),
    events: tally(towers.map((tower) => tower.events)),
    watchesRefused: sum(towers.map((tower) => tower.refused)),
    longestBehindMs: lag.longest,
    settledAfterMs: Date.now() - settled,
  };
  console.log(figures);
  expect(fleet.crashes).toEqual([]);
  expect(towers.flatMap((tower) => tower.disorder)).toEqual([]);
  expect(figures.missing).toBe(0);
  expect(figures.longestBehindMs).toBeLessThan(EQUAL_WITHIN_MS);
  expect(figures.refused["INTERNAL_SERVER_ERROR"]).toBeUndefined();
  await promisify(execFile)(process.execPath, ["dist/cli/recount.js"], { env: { ...process.env, ...settings } });
}
