import { expect, test } from "vitest";
import { AROUND, attack, HEALTHY, SILENCE_SECONDS } from "../support/hostile.ts";
import { manyLessons } from "../support/many-lessons.ts";
import { ownDatabase } from "../support/own-database.ts";
import { ownServer } from "../support/own-server.ts";

const ROUNDS = 5;
const ATTACK = { sizes: { silence: 1_000 }, seconds: SILENCE_SECONDS, ...AROUND };

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

// In turn, on one database: what the machine itself does to both of them is no difference between them.
test(
  "§7 a thousand silent sockets are felt less than where graphql-ws answers by itself",
  { timeout: 600_000 },
  async () => {
    const DATABASE_URL = await ownDatabase();
    const url = await ownServer({ DATABASE_URL }).ready;
    const lessons = await manyLessons(url, 1 + HEALTHY);
    const bare = await ownServer({ DATABASE_URL }, [process.execPath, "test/support/bare-server.mjs"]).ready;
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [server, taken] of [
        [url, ours],
        [bare, theirs],
      ] as const) {
        const report = await attack(server, lessons, ATTACK);
        expect(report.harm).toEqual([]);
        expect(report.outcomes.silence).toEqual({ "close 4408": ATTACK.sizes.silence });
        taken.push(report.during.p99);
        console.log(JSON.stringify({ server: server === bare ? "graphql-ws" : "rollcall", ...report }));
      }
    }
    expect(median(ours)).toBeLessThan(median(theirs));
  },
);
