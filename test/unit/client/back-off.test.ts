import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BackOff } from "../../../src/client/back-off.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** How long the next wait takes. */
async function waited(backOff: BackOff): Promise<number> {
  const began = Date.now();
  const waiting = backOff.wait();
  await vi.runAllTimersAsync();
  await waiting;
  return Date.now() - began;
}

test("waits twice as long from try to try, up to half a minute, and a reset begins anew", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const backOff = new BackOff();
  const waits: number[] = [];
  for (let turn = 0; turn < 8; turn += 1) waits.push(await waited(backOff));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  backOff.reset();
  expect(await waited(backOff)).toBe(500);
});

test("spreads those who lost one server over the second half of each wait", async () => {
  const waits: number[] = [];
  for (const random of [0, 0.5, 1]) {
    vi.spyOn(Math, "random").mockReturnValue(random);
    waits.push(await waited(new BackOff()));
  }
  expect(waits).toEqual([250, 375, 500]);
});

test("a wait ends at once when there is a reason to try", async () => {
  const backOff = new BackOff();
  let over = false;
  const waiting = backOff.wait().then(() => (over = true));
  await vi.advanceTimersByTimeAsync(100);
  expect(over).toBe(false);
  backOff.wake();
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});
