import { expect, it, onTestFinished } from "vitest";
import { runAt } from "../../../src/timers.ts";

const DAY = 24 * 3_600_000;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("§6 the end of a token that is good for months is waited for in peace, longer than a timer of Node's can wait", async () => {
  let looks = 0;
  let over = false;
  const clock = { now: () => (looks += 1) };
  onTestFinished(runAt(clock, 60 * DAY, () => (over = true)));
  await pause(50);
  expect(over).toBe(false);
  expect(looks).toBe(1);
});

it("§6 an end that has come is noticed at once, one to come when it comes, and a forgotten one never", async () => {
  const ends: string[] = [];
  const clock = { now: () => performance.now() };
  runAt(clock, clock.now(), () => ends.push("past"));
  expect(ends).toEqual(["past"]);
  runAt(clock, clock.now() + 30, () => ends.push("soon"));
  const forget = runAt(clock, clock.now() + 30, () => ends.push("forgotten"));
  forget();
  expect(ends).toEqual(["past"]);
  await expect.poll(() => ends).toEqual(["past", "soon"]);
  await pause(30);
  expect(ends).toEqual(["past", "soon"]);
});
