import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import { Beater } from "./beater.ts";
import { startFleet } from "./fleet.ts";
import { versionsOf } from "./ledger-rows.ts";
import { manyLessons } from "./many-lessons.ts";
import { ownDatabase } from "./own-database.ts";
import { ownRedis } from "./own-redis.ts";
import { random } from "./random.ts";
import { Lag, sum, tally, Watchtower } from "./watchtower.ts";

const PROCESSES = 3;
const STALE_AT_MOST_MS = 10_000;
const RIGHT_WITHIN_MS = 5_000;

/** Stops Redis under load and starts it again. */
export async function redisRun(run: {
  readonly seed: number;
  readonly clients: number;
  readonly awaySeconds: number;
  readonly pause: number;
}): Promise<void> {
  const [database, redis] = [await ownDatabase(), await ownRedis()];
  onTestFinished(() => redis.dispose());
  const next = random(run.seed);
  const fleet = await startFleet(PROCESSES, { DATABASE_URL: database, REDIS_URL: redis.url });
  const lessons = await manyLessons(fleet.urls[0] as string, run.clients);
  const towers = fleet.urls.map((url) => new Watchtower(url, lessons));
  const beaters = lessons.map((lesson) => new Beater(fleet, lesson, next));
  onTestFinished(async () => void (await Promise.all([...towers, ...beaters].map((each) => each.stop()))));
  beaters.forEach((beater) => beater.start(run.pause));
  await sleep(1_500);

  await redis.stop();
  const away = new Lag();
  for (const until = Date.now() + run.awaySeconds * 1_000; Date.now() < until; await sleep(250)) {
    away.look(towers, await versionsOf(database), Date.now());
  }
  const versions = await versionsOf(database);
  await redis.start();
  const back = Date.now();
  const after = new Lag();
  await expect.poll(() => after.look(towers, versions, Date.now()), { timeout: RIGHT_WITHIN_MS, interval: 50 }).toBe(0);
  const rightAfterMs = Date.now() - back;
  await sleep(1_000);
  // From here on the bus carries again what happens.
  const live = new Lag();
  for (const until = Date.now() + 2_000; Date.now() < until; await sleep(100)) {
    live.look(towers, await versionsOf(database), Date.now());
  }
  await Promise.all(beaters.map((beater) => beater.stop()));

  const figures = {
    ...run,
    acknowledged: sum(beaters.map((beater) => beater.acknowledged.length)),
    refused: tally(beaters.map((beater) => beater.refused)),
    serversLost: sum(beaters.map((beater) => beater.lost)),
    longestBehindWhileAwayMs: away.longest,
    rightAfterMs,
    longestBehindAfterMs: live.longest,
  };
  console.log(figures);
  expect(fleet.crashes).toEqual([]);
  expect([figures.refused, figures.serversLost]).toEqual([{}, 0]);
  expect(towers.flatMap((tower) => tower.disorder)).toEqual([]);
  expect(away.longest).toBeGreaterThan(0);
  expect(away.longest).toBeLessThanOrEqual(STALE_AT_MOST_MS);
  expect(live.longest).toBeLessThanOrEqual(RIGHT_WITHIN_MS);
}
