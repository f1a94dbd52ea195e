import { performance } from "node:perf_hooks";
import { expect, it } from "vitest";
import { TimeSlicedQueue } from "../../../src/server/quotas/time-sliced-queue.ts";

const hold = (milliseconds: number) => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

it("§7 what comes alone is done at once", async () => {
  const paced = new TimeSlicedQueue();
  for (let i = 0; i < 3; i += 1) {
    let done = false;
    paced.run(() => (done = true));
    expect(done).toBe(true);
    await turn();
  }
});

it("§7 of what comes in a burst the event loop does a little in each turn, in order", async () => {
  const paced = new TimeSlicedQueue();
  const done: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    paced.run(() => {
      hold(0.15);
      done.push(i);
    });
  }
  // A quarter of a millisecond has been used up by the second.
  const after = [done.length];
  while (done.length < 9) {
    await turn();
    after.push(done.length);
  }
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(after.every((count, i) => count - (after[i - 1] ?? 0) <= 2)).toBe(true);
});

it("§7 what is asked for meanwhile waits for its turn, and a failure holds up nobody", async () => {
  const paced = new TimeSlicedQueue();
  const done: string[] = [];
  expect(() =>
    paced.run(() => {
      paced.run(() => done.push("asked for meanwhile"));
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual(["asked for meanwhile"]);
  paced.run(() => done.push("later"));
  expect(done).toEqual(["asked for meanwhile", "later"]);
});
