import { connect, createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished, test, expect, vi } from "vitest";
import { watchEventLoop } from "../../../src/event-loop.ts";

/** Stops this thread, as a computation or SIGSTOP does. */
const block = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test("D3 what is read after the loop stood still may have come at its beginning, what is read later came when it was read", async () => {
  const loop = watchEventLoop();
  onTestFinished(() => loop.stop());
  const heard: number[] = [];
  const server = createServer((socket) => socket.on("data", () => heard.push(loop.behind())));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void client.destroy());
  await new Promise((resolve) => client.once("connect", resolve));
  await sleep(300);
  expect(loop.behind()).toBe(0);
  // Written before, read after: in a turn of its own, once the timers have run.
  client.write("a");
  block(1_300);
  expect(loop.behind()).toBeGreaterThanOrEqual(1_200);
  for (let i = 0; i < 100 && heard.length === 0; i += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toHaveLength(1);
  expect(heard[0]).toBeGreaterThanOrEqual(1_200);
  while (loop.behind() > 0) await sleep(50);
  client.write("b");
  while (heard.length < 2) await sleep(10);
  expect(heard[1]).toBe(0);
});

test("D3 stalls in a row count from the beginning of the first", async () => {
  let now = 0;
  const loop = watchEventLoop(() => now);
  onTestFinished(() => loop.stop());
  now = 5_000;
  expect(loop.behind()).toBe(5_000);
  await sleep(150);
  now = 8_000;
  expect(loop.behind()).toBe(8_000);
  await sleep(150);
  now = 8_010;
  expect(loop.behind()).toBe(8_010);
});

test("D3 a loop that stands still again and again is behind by its last turns, not by all of them", async () => {
  let now = 0;
  const loop = watchEventLoop(() => now);
  onTestFinished(() => loop.stop());
  for (let i = 0; i < 8; i += 1) {
    now += 1_500;
    await sleep(120);
    expect(loop.behind()).toBeLessThanOrEqual(3 * 1_500);
  }
  expect(loop.behind()).toBeGreaterThan(0);
});

test("D3 a loop that reads on with delays is behind until they end, and for ten turns at most", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let now = 0;
  const loop = watchEventLoop(() => now);
  onTestFinished(() => loop.stop());
  /** Turns of the loop that take so long each; answers how often it was behind afterwards. */
  const turn = (times: number, ms: number) => {
    let behind = 0;
    for (let i = 0; i < times; i += 1) {
      now += ms;
      vi.advanceTimersByTime(100);
      if (loop.behind() > 0) behind += 1;
    }
    return behind;
  };
  turn(1, 2_000);
  expect(turn(5, 400)).toBe(5);
  expect(turn(5, 100)).toBe(2);
  // One that is slow for good is not behind for ever.
  turn(1, 2_000);
  expect(turn(20, 400)).toBe(9);
  // After a long freeze three quick turns are not enough.
  turn(1, 60_000);
  expect(turn(20, 100)).toBe(9);
});
