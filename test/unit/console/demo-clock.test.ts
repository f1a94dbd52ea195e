import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { DemoClock } from "../../../src/demo/clock.ts";

test("stands still until it is played, runs faster then, and stops where it was told to", async () => {
  const clock = new DemoClock(0, 1_000);
  await sleep(20);
  expect(clock.now()).toBe(0);
  const began = performance.now();
  await clock.play(100_000);
  expect(clock.now()).toBe(100_000);
  expect(performance.now() - began).toBeGreaterThan(80);
});

test("what is on the agenda runs at its moment, in order, and time waits for it", async () => {
  const clock = new DemoClock(0, 10_000);
  const seen: [string, number][] = [];
  const note = (name: string) => async () => {
    seen.push([name, clock.now()]);
    await sleep(10);
    seen.push([`${name} done`, clock.now()]);
  };
  clock.at(60_000, note("second"));
  clock.at(30_000, async () => {
    await note("first")();
    clock.at(60_000, note("third"));
  });
  await clock.play(60_000);
  expect(seen).toEqual([
    ["first", 30_000],
    ["first done", 30_000],
    ["second", 60_000],
    ["third", 60_000],
    ["second done", 60_000],
    ["third done", 60_000],
  ]);
});

test("a failure on the agenda ends the play", async () => {
  const clock = new DemoClock(0, 10_000);
  clock.at(10, async () => {
    throw new Error("no such lesson");
  });
  await expect(clock.play(1_000)).rejects.toThrow("no such lesson");
});

test("goes on at real speed afterwards, and never back", async () => {
  const late = new DemoClock(Date.now() - 60_000, 1);
  late.goOn();
  expect(Math.abs(late.now() - Date.now())).toBeLessThan(1_000);
  const early = new DemoClock(Date.now() + 60_000, 1);
  const shown = early.now();
  early.goOn();
  expect(early.now()).toBe(shown);
});

test("what is scheduled is repeated, never overlaps, and stops", async () => {
  const clock = new DemoClock(0, 1_000_000);
  let runs = 0;
  let running = 0;
  const stop = clock.every(1_000, async () => {
    runs += 1;
    running += 1;
    expect(running).toBe(1);
    await sleep(5);
    running -= 1;
  });
  await expect.poll(() => runs, { timeout: 5_000 }).toBeGreaterThan(1);
  stop();
  const before = runs;
  await sleep(700);
  expect(runs).toBe(before);
});
