import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { RedisBus } from "../../../src/events/redis-bus.ts";
import type { PresenceState } from "../../../src/services/presence/presence-state.ts";
import { type Forwarder, openForwarder } from "../../support/forwarder.ts";
import { silent } from "../../support/log.ts";

const url = process.env.TEST_REDIS_URL;

describe.skipIf(url === undefined)("what waits for Redis", () => {
  const installation = randomUUID();
  async function bus(at = url ?? "", recovered = () => {}): Promise<RedisBus> {
    const log = { ...silent, error: () => {} };
    const opened = new RedisBus({ url: at, self: randomUUID(), installation, log, recovered });
    onTestFinished(() => opened.close());
    await opened.connect();
    return opened;
  }
  const session = (id: number) => ({ id, tutorId: 1, studentId: 2, scheduledStart: 0 });
  const state = (id: number) => ({ whiteboardSessionId: id, version: 1, event: "CONNECTED" }) as PresenceState;
  /** One process loses its line to Redis; so many whiteboards change there; the line comes back. */
  async function cutOff(one: RedisBus, line: Forwarder, whiteboards: number): Promise<void> {
    line.leadTo("redis://127.0.0.1:1");
    line.cut();
    await expect.poll(() => one.state).toBe("away");
    for (let id = 1; id <= whiteboards; id += 1) {
      one.publish(state(id));
      one.announce([session(id)]);
    }
    await expect.poll(() => one.waiting).toBe(whiteboards > 1_000 ? 0 : 2 * whiteboards);
    line.leadTo(url ?? "");
    await expect.poll(() => one.state).toBe("up");
  }
  async function lineToRedis(): Promise<Forwarder> {
    const line = await openForwarder(url ?? "");
    onTestFinished(() => line.close());
    return line;
  }

  test("P14 up to a bound it is sent when Redis is back, part by part, so that others get their turn", async () => {
    const line = await lineToRedis();
    const [one, other] = [await bus(line.url), await bus()];
    const heard: number[] = [];
    const announced: number[] = [];
    for (let id = 1; id <= 500; id += 100)
      await other.subscribe(id, ({ whiteboardSessionId }) => heard.push(whiteboardSessionId));
    await other.listen((changed) => void announced.push(changed.length));
    await cutOff(one, line, 500);
    await expect.poll(() => heard.length).toBe(5);
    await expect.poll(() => announced.reduce((sum, count) => sum + count, 0)).toBe(500);
    expect(Math.max(...announced)).toBe(50);
    expect(one.waiting).toBe(0);
  });

  test("P14 beyond it nothing is kept, and every process looks at the database instead", async () => {
    const line = await lineToRedis();
    const recovered = vi.fn();
    const [one, other] = [await bus(line.url), await bus(url, recovered)];
    await other.listen(() => expect.unreachable());
    await cutOff(one, line, 20_000);
    await expect.poll(() => recovered.mock.calls.length).toBe(1);
  });
});
