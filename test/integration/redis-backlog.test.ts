import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { RedisBus } from "../../src/events/redis-bus.ts";
import type { PresenceState } from "../../src/services/presence-state.ts";
import { silent } from "../support/log.ts";
import { type OwnRedis, ownRedis } from "../support/own-redis.ts";

describe.skipIf(process.env.TEST_REDIS_URL === undefined)("what waits for Redis", () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await ownRedis();
  });
  afterAll(() => redis.dispose());

  const installation = randomUUID();
  const recovered = vi.fn();
  async function bus(onRecovered = () => {}): Promise<RedisBus> {
    const opened = new RedisBus({
      url: redis.url,
      self: randomUUID(),
      installation,
      log: { ...silent, error: () => {} },
      recovered: onRecovered,
    });
    onTestFinished(() => opened.close());
    await opened.connect();
    return opened;
  }
  const session = (id: number) => ({ id, tutorId: 1, studentId: 2, scheduledStart: 0 });
  const state = (id: number) => ({ whiteboardSessionId: id, version: 1, event: "CONNECTED" }) as PresenceState;
  /** Redis goes; so many rooms change; it comes back. */
  async function awayWhile(one: RedisBus, rooms: number): Promise<void> {
    await redis.stop();
    await expect.poll(() => one.state).toBe("away");
    for (let id = 1; id <= rooms; id += 1) {
      one.publish(state(id));
      one.announce([session(id)]);
    }
    await expect.poll(() => one.waiting, { timeout: 5_000 }).toBe(rooms > 1_000 ? 0 : 2 * rooms);
    await redis.start();
    await expect.poll(() => one.state, { timeout: 5_000 }).toBe("up");
  }

  test("P14 up to a bound it is sent when Redis is back, part by part, so that others get their turn", async () => {
    const [one, other] = [await bus(), await bus()];
    const heard: number[] = [];
    const announced: number[] = [];
    for (let id = 1; id <= 500; id += 100)
      await other.subscribe(id, ({ whiteboardSessionId }) => heard.push(whiteboardSessionId));
    await other.listen((changed) => void announced.push(changed.length));
    await awayWhile(one, 500);
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(5);
    await expect.poll(() => announced.reduce((sum, count) => sum + count, 0)).toBe(500);
    expect(Math.max(...announced)).toBe(50);
    expect(one.waiting).toBe(0);
  });

  test("P14 beyond it nothing is kept, and every process looks at the database instead", async () => {
    const [one, other] = [await bus(), await bus(recovered)];
    await other.listen(() => expect.unreachable());
    await awayWhile(one, 20_000);
    // Once for its own line that was away, and once for what the other lost.
    await expect.poll(() => recovered.mock.calls.length, { timeout: 5_000 }).toBe(2);
  });
});
