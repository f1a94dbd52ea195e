import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { type Lesson, lesson, PARENT, TUTOR } from "../../support/lesson.ts";
import { type OwnRedis, ownRedis } from "../../support/own-redis.ts";
import { CANCEL, connect, newDay } from "../../support/presence.ts";
import { read, type Reader } from "../../support/reader.ts";

type Told = readonly { readonly id: string; readonly status: string }[];

const FOLLOW = "subscription { sessionChanges { id status } }";
const url = process.env.TEST_REDIS_URL;

let store: TestDatabase;
let here: TestApp;
let there: TestApp;
let all: Lesson;
beforeAll(async () => {
  store = await testDatabase();
});
afterEach(async () => {
  await here.dispose();
  await there.dispose();
});
afterAll(() => store.dispose());

async function both(env: Record<string, string>): Promise<void> {
  here = await testApp({ store, env });
  there = await testApp({ store, env });
  newDay(here);
  there.clock.jumpTo(here.clock.now());
  all = await lesson(here);
}

/** Follows at that process, and is listening when this resolves. */
async function follow(app: TestApp, user: number, role: "tutor" | "parent"): Promise<Reader<Told>> {
  const reader = read<Told>(app.as(user, role).socket(), FOLLOW, {}, "sessionChanges");
  expect(await reader.next()).toEqual([]);
  return reader;
}

const told = async (reader: Reader<Told>) => (await reader.next(10_000)).map(({ id, status }) => `${id} ${status}`);

test("P17 what no line has carried is told within a look, also what was scheduled, and nothing twice", async () => {
  await both({});
  const reader = await follow(there, PARENT, "parent");
  await connect(all.student, all.whiteboard);
  await there.clock.advance(5_500);
  expect(await told(reader)).toEqual([`${all.sessionId} IN_PROGRESS`]);
  const { sessionId } = await lesson(here, { start: "18:00", end: "19:00", open: false });
  await there.clock.advance(5_500);
  expect(await told(reader)).toEqual([`${sessionId} SCHEDULED`]);
  await there.clock.advance(20_000);
  expect(reader.waiting).toEqual([]);
});

describe.skipIf(url === undefined)("with Redis", () => {
  test("P14, P17 every process tells what every process has changed", async () => {
    await both({ REDIS_URL: url ?? "" });
    const readers = [await follow(here, TUTOR, "tutor"), await follow(there, PARENT, "parent")];
    await connect(there.as(TUTOR, "tutor"), all.whiteboard);
    for (const reader of readers) expect(await told(reader)).toEqual([`${all.sessionId} IN_PROGRESS`]);
    await all.admin.get(CANCEL, { id: all.sessionId });
    await here.clock.advance(500);
    await there.clock.advance(500);
    for (const reader of readers) expect(await told(reader)).toEqual([`${all.sessionId} CANCELLED`]);
  });

  describe("that is lost", () => {
    let redis: OwnRedis;
    beforeAll(async () => {
      redis = await ownRedis();
    });
    afterAll(() => redis.dispose());
    const redisIs = (state: string) =>
      expect
        .poll(async () => {
          const states = [here, there].map(async ({ url: at }) => (await fetch(new URL("/health/ready", at))).json());
          return (await Promise.all(states)).map((each) => (each as { redis: string }).redis);
        })
        .toEqual([state, state]);

    test("P14, P17 changes are told by looks meanwhile, and viewers ask anew when it is back", async () => {
      await both({ REDIS_URL: redis.url });
      const reader = await follow(there, TUTOR, "tutor");
      await redisIs("up");
      await redis.stop();
      await redisIs("away");
      await connect(all.student, all.whiteboard);
      await there.clock.advance(5_500);
      expect(await told(reader)).toEqual([`${all.sessionId} IN_PROGRESS`]);
      await redis.start();
      await redisIs("up");
      const after = [await told(reader)];
      // What the other process could not tell it tells now.
      await there.clock.advance(500);
      await all.admin.get(CANCEL, { id: all.sessionId });
      await there.clock.advance(500);
      while (after.at(-1)?.[0] !== `${all.sessionId} CANCELLED`) after.push(await told(reader));
      expect(after).toContainEqual([]);
    });
  });
});
