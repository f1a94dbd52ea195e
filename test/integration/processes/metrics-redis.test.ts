import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { lesson, TUTOR } from "../../support/lesson.ts";
import { scrape } from "../../support/metrics.ts";
import { type OwnRedis, ownRedis } from "../../support/own-redis.ts";
import { connect, watch } from "../../support/presence.ts";

describe.skipIf(process.env.TEST_REDIS_URL === undefined)("metrics of several processes", () => {
  let redis: OwnRedis;
  let store: TestDatabase;
  let here: TestApp;
  let there: TestApp;
  beforeAll(async () => {
    redis = await ownRedis();
    store = await testDatabase();
    here = await testApp({ store, env: { REDIS_URL: redis.url } });
    there = await testApp({ store, env: { REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    await here.dispose();
    await there.dispose();
    await store.dispose();
    await redis.dispose();
  });

  test("the way from a commit is timed where its followers are, whichever process committed", async () => {
    const { student, whiteboard } = await lesson(here);
    const following = watch(there.as(TUTOR, "tutor").socket(), whiteboard);
    await following.next();
    // A clock of its own in each: here it has gone on by 200 ms when the change arrives.
    there.clock.jumpTo(here.clock.now() + 200);
    await connect(student, whiteboard);
    await following.next();
    const told = await scrape(there);
    expect(told("rollcall_delivery_seconds_count")).toBe(1);
    expect(told("rollcall_delivery_seconds_sum")).toBeCloseTo(0.2);
    expect((await scrape(here))("rollcall_delivery_seconds_count")).toBe(0);
  });

  test("Redis shows while it is there, and when it is not", async () => {
    expect((await scrape(here))("rollcall_redis_up")).toBe(1);
    await redis.stop();
    await expect.poll(async () => (await scrape(here))("rollcall_redis_up"), { timeout: 5_000 }).toBe(0);
    await redis.start();
    await expect.poll(async () => (await scrape(here))("rollcall_redis_up"), { timeout: 5_000 }).toBe(1);
  });
});
