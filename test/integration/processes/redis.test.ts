import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { lesson, type Lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { openForwarder } from "../../support/forwarder.ts";
import { openLine } from "../../support/line.ts";
import { type OwnRedis, ownRedis } from "../../support/own-redis.ts";
import { attend, beat, connect, DISCONNECT, newDay, type Presence, watch } from "../../support/presence.ts";
import type { Reader } from "../../support/reader.ts";

const url = process.env.TEST_REDIS_URL;

// Two processes on one store and one Redis, each with a WebSocket of its own for whoever watches.
describe.skipIf(url === undefined)("several processes", () => {
  let store: TestDatabase;
  let here: TestApp;
  let there: TestApp;
  let whiteboard: string;
  let student: Lesson["student"];
  const REDIS_URL = url ?? "";
  beforeAll(async () => {
    store = await testDatabase();
  });
  afterAll(() => store.dispose());
  const both = async (redis: string) => {
    here = await testApp({ store, env: { REDIS_URL: redis } });
    there = await testApp({ store, env: { REDIS_URL: redis } });
    newDay(here);
    ({ whiteboard, student } = await lesson(here));
  };
  const watchAt = (app: TestApp, inWhiteboard = whiteboard) => watch(app.as(TUTOR, "tutor").socket(), inWhiteboard);
  const versions = async (reader: Reader<Presence>, count: number) => {
    const read: string[] = [];
    while (read.length < count) {
      const { version, event } = await reader.next();
      read.push(`${version} ${event}`);
    }
    return read;
  };
  afterEach(async () => {
    await here.dispose();
    await there.dispose();
  });

  describe("with Redis", () => {
    beforeEach(() => both(REDIS_URL));

    test("P14 watchers at every process see every change of every process, in order", async () => {
      const readers = [watchAt(here), watchAt(there)];
      for (const reader of readers) expect((await reader.next()).event).toBe("SNAPSHOT");
      const students = [student, there.as(STUDENT, "student")] as const;
      const [one, two] = [await connect(students[0], whiteboard), await connect(students[1], whiteboard)];
      for (let flip = 0; flip < 10; flip += 1) {
        const activity = flip % 2 === 0 ? "IDLE" : "HEARTBEAT";
        // At once: the changes of one overtake the messages of the other.
        await Promise.all([beat(students[0], one.id, activity), beat(students[1], two.id, activity)]);
      }
      const expected = Array.from({ length: 22 }, (_, i) => `${i + 1} ${i < 2 ? "CONNECTED" : "ACTIVITY"}`);
      for (const reader of readers) expect(await versions(reader, 22)).toEqual(expected);
    });

    test("P14 a process subscribes to what is followed there, as long as it is", async () => {
      const redis = new Redis(REDIS_URL);
      onTestFinished(() => redis.disconnect());
      const channels = () => redis.pubsub("CHANNELS", `rollcall:${store.database.identity}:*`) as Promise<string[]>;
      expect(await channels()).toEqual([]);
      const [one, two] = [watchAt(here), watchAt(here)];
      await Promise.all([one.next(), two.next()]);
      expect(await channels()).toEqual([expect.stringMatching(new RegExp(`:presence:${whiteboard}$`)) as string]);
      one.stop();
      await expect.poll(() => here.app.services.presenceSubscriptions.size).toBe(1);
      expect(await channels()).toHaveLength(1);
      two.stop();
      await expect.poll(channels).toEqual([]);
      const again = watchAt(here);
      await again.next();
      await connect(there.as(STUDENT, "student"), whiteboard);
      expect(await versions(again, 1)).toEqual(["1 CONNECTED"]);
    });

    test("P11 installations that share a Redis never hear each other", async () => {
      const otherStore = await testDatabase();
      const other = await testApp({ store: otherStore, env: { REDIS_URL } });
      onTestFinished(async () => {
        await other.dispose();
        await otherStore.dispose();
      });
      // The same number of a whiteboard session, in another database.
      let theirs = await lesson(other);
      while (Number(theirs.whiteboard) < Number(whiteboard)) theirs = await lesson(other);
      const reader = watchAt(there, whiteboard);
      await reader.next();
      await connect(theirs.student, theirs.whiteboard);
      await connect(theirs.tutor, theirs.whiteboard);
      await connect(student, whiteboard);
      expect(await versions(reader, 1)).toEqual(["1 CONNECTED"]);
    });

    test("what nobody of ours sent is ignored", async () => {
      const redis = new Redis(REDIS_URL);
      onTestFinished(() => redis.disconnect());
      const reader = watchAt(there);
      const first = await reader.next();
      const channel = `rollcall:${store.database.identity}:presence:${whiteboard}`;
      const state = JSON.stringify({ ...first, whiteboardSessionId: Number(whiteboard), version: 1 });
      const elsewhere = JSON.stringify({ ...first, whiteboardSessionId: Number(whiteboard) + 1, version: 1 });
      for (const message of ["", "{}", "a\n1\n{", "a\n1", "a\n1\nnull", `a\n1\n${elsewhere}`, `a\n2\n${state}`]) {
        expect(await redis.publish(channel, message)).toBe(1);
      }
      await connect(student, whiteboard);
      expect(await versions(reader, 1)).toEqual(["1 CONNECTED"]);
    });
  });

  describe("while Redis is lost", () => {
    let redis: OwnRedis;
    beforeAll(async () => {
      redis = await ownRedis();
    });
    afterAll(() => redis.dispose());
    const health = async (app: TestApp) => {
      const response = await fetch(new URL("/health/ready", app.url));
      return { code: response.status, ...((await response.json()) as object) };
    };
    const redisIs = (state: string) =>
      expect
        .poll(() => Promise.all([health(here), health(there)]), { timeout: 10_000 })
        .toEqual(Array.from({ length: 2 }, () => expect.objectContaining({ code: 200, redis: state }) as object));

    test("P14 nothing fails, watchers are at most two refreshes late, and right at once when it is back", async () => {
      await both(redis.url);
      const [near, far] = [watchAt(here), watchAt(there)];
      await Promise.all([near.next(), far.next()]);
      await redisIs("up");
      await redis.stop();
      await redisIs("away");
      const { id } = await connect(student, whiteboard);
      expect(await versions(near, 1)).toEqual(["1 CONNECTED"]);
      await there.clock.advance(8_000);
      expect(await versions(far, 1)).toEqual(["1 SNAPSHOT"]);
      await beat(student, id, "IDLE");
      // Who comes while it is away gets what is, and misses nothing later.
      const newcomer = watchAt(there);
      expect(await versions(newcomer, 1)).toEqual(["2 SNAPSHOT"]);
      await redis.start();
      // By the state as it is, or by the change itself, which was kept.
      expect((await far.next()).version).toBe(2);
      await redisIs("up");
      await beat(student, id, "HEARTBEAT");
      expect(await versions(near, 2)).toEqual(["2 ACTIVITY", "3 ACTIVITY"]);
      for (const reader of [far, newcomer]) expect(await versions(reader, 1)).toEqual(["3 ACTIVITY"]);
    });

    test("P14 one that answers nobody is found out, and holds nobody up", async () => {
      await both(redis.url);
      const far = watchAt(there);
      await far.next();
      await redisIs("up");
      redis.freeze();
      onTestFinished(() => redis.thaw());
      const { id } = await connect(student, whiteboard);
      const newcomer = watchAt(there);
      expect(await versions(newcomer, 1)).toEqual(["1 SNAPSHOT"]);
      await redisIs("away");
      await beat(student, id, "IDLE");
      redis.thaw();
      await redisIs("up");
      await beat(student, id, "HEARTBEAT");
      await expect.poll(async () => (await far.next()).version, { timeout: 10_000 }).toBe(3);
    });

    test("P6, P9 who is disconnected while attending begins gets an answer, and attending ends", async () => {
      await both(redis.url);
      await redisIs("up");
      const line = await openLine(student);
      const mine = randomUUID();
      redis.freeze();
      onTestFinished(() => redis.thaw());
      const reader = attend(line.client, whiteboard, mine);
      await expect.poll(() => here.app.services.sockets.counts.bound).toBe(1);
      expect((await line.get(DISCONNECT, { id: mine })).disconnect).toMatchObject({ open: false });
      redis.thaw();
      await reader.ended();
      await expect.poll(() => here.app.services.presenceSubscriptions.size).toBe(0);
      await line.client.dispose();
    });

    test("P14 changes that one process could not tell are told when its own line is back", async () => {
      const line = await openForwarder(redis.url);
      onTestFinished(() => line.close());
      here = await testApp({ store, env: { REDIS_URL: line.url } });
      there = await testApp({ store, env: { REDIS_URL: redis.url } });
      newDay(here);
      ({ whiteboard, student } = await lesson(here));
      const far = watchAt(there);
      await far.next();
      await redisIs("up");
      line.leadTo("redis://127.0.0.1:1");
      line.cut();
      await expect.poll(async () => ((await health(here)) as { redis?: string }).redis).toBe("away");
      await connect(student, whiteboard);
      line.leadTo(redis.url);
      expect((await far.next(10_000)).version).toBe(1);
    });

    test("a server starts without it, and finds it when it comes", async () => {
      await redis.stop();
      await both(redis.url);
      await redisIs("away");
      const far = watchAt(there);
      await far.next();
      await redis.start();
      await redisIs("up");
      await connect(student, whiteboard);
      expect(await versions(far, 1)).toEqual(["1 CONNECTED"]);
    });
  });
});
