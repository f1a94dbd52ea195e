import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { simulateDay } from "../../../scripts/simulation/day.ts";
import { peaksOf } from "../../../scripts/simulation/peaks.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

test("docs/scaling.md says what the simulation prints", { timeout: 60_000 }, () => {
  const command = ["--import", "tsx", "scripts/simulate-scale.ts"];
  const { stdout, status } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  expect(status).toBe(0);
  expect(readFileSync(`${root}docs/scaling.md`, "utf8")).toContain(stdout.trim());
});

describe("a simulated day", () => {
  test("is the same for the same seed, and another one for another", () => {
    expect(simulateDay(1_000, 1)).toEqual(simulateDay(1_000, 1));
    expect(simulateDay(1_000, 1)).not.toEqual(simulateDay(1_000, 2));
  });

  test("lets everybody come and go, some of them more than once, and leaves nobody behind", () => {
    const { arrivals, departures, present } = simulateDay(1_000, 1);
    expect(sum(arrivals)).toBe(sum(departures));
    expect(sum(arrivals)).toBeGreaterThan(1_300);
    expect(sum(arrivals)).toBeLessThan(1_700);
    expect(present.at(-1)).toBe(0);
    expect(Math.min(...present)).toBe(0);
  });

  test("of ten times as many people asks for ten times as much", () => {
    const [some, more] = [200_000, 2_000_000].map((people) => simulateDay(people, 1));
    expect(Math.max(...(more?.present ?? []))).toBe(10 * Math.max(...(some?.present ?? [])));
  });
});

test("peaks are of the busiest moment, not of the parts' own", () => {
  const costs = {
    resident: 1024,
    "CPU a minute": 60,
    "database CPU a minute": 0,
    "rows a minute": 60,
    "WAL a minute": 0,
  };
  const each = { CPU: 1e6, "database CPU": 0, rows: 1, WAL: 0, Redis: 1e6 };
  const named = (thing: string, figures: object) =>
    Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${thing}, ${name}`, value as number]));
  const day = {
    // A hundred are there, then nobody is and twenty a second come.
    present: Float64Array.of(100, 0),
    arrivals: Float64Array.of(0, 200),
    departures: Float64Array.of(10, 0),
  };
  const peaks = peaksOf(2_000_000, day, {
    ...named("attendee", costs),
    ...named("arrival", each),
    ...named("event", each),
    "lesson, stored": 1_000,
  });
  expect(peaks).toMatchObject({
    present: 100,
    events: 20,
    serverCores: 20,
    processes: 40,
    serverGigabytes: 100 / 1024,
  });
  expect(peaks).toMatchObject({ rowsPerSecond: 101, redisMessagesPerSecond: 60, redisMegabytesPerSecond: 60 });
  expect(peaks.storedPerYearGigabytes).toBe(365);
});
