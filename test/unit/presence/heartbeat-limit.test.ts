import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeartbeatLimit } from "../../../src/services/presence/heartbeat-limit.ts";

const limit = () => new HeartbeatLimit({ most: 3, interval: 15_000 });
const taken = (bucket: HeartbeatLimit, times: readonly number[], key = "c 2") =>
  times.map((at) => (bucket.take(key, at) ? "+" : "-")).join("");

describe("§7 LIMIT_HEARTBEATS", () => {
  it("lets five through at once, and then one every five seconds", () => {
    const one = limit();
    expect(taken(one, [0, 0, 0, 0, 0, 0, 4_999, 5_000, 5_000, 10_000])).toBe("+++++--+-+");
    expect(taken(one, [200_000, 200_000, 200_000, 200_000, 200_000, 200_000])).toBe("+++++-");
  });

  it("counts each connection and each person alone", () => {
    const one = limit();
    expect(taken(one, [0, 0, 0, 0, 0, 0])).toBe("+++++-");
    expect(taken(one, [0], "c 3")).toBe("+");
    expect(taken(one, [0], "d 2")).toBe("+");
  });

  it("a raised limit may be used up at once", () => {
    const one = new HeartbeatLimit({ most: 100, interval: 1_000 });
    expect(taken(one, Array<number>(101).fill(0))).toBe(`${"+".repeat(100)}-`);
  });

  it("keeps nothing of connections that have fallen silent", () => {
    const one = limit();
    for (let i = 0; i < 1_000; i += 1) one.take(`c ${i}`, 0);
    expect(one.size).toBe(1_000);
    one.take("d", 30_001);
    expect(one.size).toBe(1);
  });

  it("never lets more through than a burst and the rate, and never refuses who keeps to the rate", () => {
    const gaps = fc.array(fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 60_000 })), { maxLength: 100 });
    fc.assert(
      fc.property(gaps, (waits) => {
        const one = limit();
        let at = 0;
        const times = waits.map((wait) => (at += wait));
        const passed = times.filter((time) => one.take("c", time));
        for (const [i, from] of passed.entries()) {
          for (const [j, until] of passed.entries()) {
            if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(5 + (3 * (until - from)) / 15_000 + 1e-6);
          }
        }
        const steady = limit();
        expect(times.every((_, i) => steady.take("c", i * 5_000))).toBe(true);
      }),
    );
  });
});
