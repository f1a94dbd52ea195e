import { expect, test } from "vitest";
import { AROUND, attack, HEALTHY, SILENCE_SECONDS } from "../support/hostile.ts";
import { manyLessons } from "../support/many-lessons.ts";
import { ownDatabase } from "../support/own-database.ts";
import { ownServer } from "../support/own-server.ts";

const SECONDS = 15;
const ALL_SECONDS = 30;
const MAX_GROWTH_MB = 100;
/** Twice the time of a calm server may be less than a machine of two cores takes to give one of them back. */
const UNFELT_MS = 25;
/** Of the processor's time, which does not depend on what else the machine does. */
const MAX_HELD_MS = 150;
const PROBE = new URL("../support/loop-probe.mjs", import.meta.url).href;

const SIZES = {
  ...{ trickle: 200, silenceAgain: 1_000, storm: 9, connections: 30, fragments: 2, texts: 4 },
  ...{ heartbeats: 30, beats: 2, deaf: 3, bombs: 4 },
  ...{ pipelining: 10, pings: 20, wrongTokens: 30, downloads: 20, pages: 10 },
};
/** What a tutor's pages and files are full of. */
const LESSONS = 120;

/** A server of its own on PostgreSQL, as in production. */
async function attacked() {
  const DATABASE_URL = await ownDatabase();
  // With more than that a heap would only be cleared later, and nobody could tell what is kept from what is left over.
  const server = ownServer({
    DATABASE_URL,
    CORS_ORIGINS: "https://app.example.com",
    NODE_OPTIONS: `--max-old-space-size=256 --import ${PROBE}`,
  });
  const held = async () => {
    const told = () => [...server.output().matchAll(/^{"heldFor":(\d+)}$/gm)].map(([, ms]) => Number(ms));
    const before = told().length;
    server.process.kill("SIGUSR2");
    await expect.poll(() => told().length).toBe(before + 1);
    return told().at(-1) ?? NaN;
  };
  return { server, url: await server.ready, held };
}

// One kind after the other, so that a figure says whose it is, and then all of them at once.
test.each([
  { silence: 1_000 },
  { floods: 30 },
  ...Object.entries(SIZES).map((each) => Object.fromEntries([each])),
  SIZES,
])(
  "§7 hostile clients of this kind harm nobody: %j",
  async (sizes: Record<string, number>) => {
    const { server, url, held } = await attacked();
    const lessons = await manyLessons(url, Math.max(LESSONS, Object.keys(sizes).length + HEALTHY));
    const seconds = sizes === SIZES ? ALL_SECONDS : sizes.silence === undefined ? SECONDS : SILENCE_SECONDS;
    const report = await attack(url, lessons, { sizes, seconds, ...AROUND, held });
    console.log(JSON.stringify(report));
    const { harm, calm, during, memory, outcomes } = report;
    expect(harm).toEqual([]);
    expect(report.held?.during).toBeLessThan(MAX_HELD_MS);
    // All of them are nine people at once, who may take nearly all that there is: four to six times, as measured.
    const times = sizes === SIZES ? 8 : 2;
    expect(during.p99).toBeLessThan(Math.max(times * calm.p99, UNFELT_MS));
    expect(memory.most).toBeLessThan(memory.before + MAX_GROWTH_MB);
    expect(server.process.exitCode).toBeNull();
    expect(server.output()).not.toMatch(/"level":"(error|fatal)"/);
    if (outcomes.silence !== undefined) expect(outcomes.silence).toEqual({ "close 4408": sizes.silence });
    if (outcomes.silenceAgain !== undefined) {
      expect(Object.keys(outcomes.silenceAgain)).toEqual(["close 4408"]);
      expect(outcomes.silenceAgain["close 4408"]).toBeGreaterThan(SIZES.silenceAgain);
    }
    if (outcomes.wrongTokens !== undefined) {
      expect(Object.keys(outcomes.wrongTokens)).not.toContain("ok");
      expect(outcomes.wrongTokens["UNAUTHENTICATED"]).toBeGreaterThan(0);
    }
    // Who goes on sending may lose the close frame to the reset that follows it.
    if (outcomes.pings !== undefined) expect(Object.keys(outcomes.pings).join()).toMatch(/close (4400|1006)/);
    if (outcomes.pipelining !== undefined) expect(Object.keys(outcomes.pipelining).join()).toMatch(/^(held|closed)$/);
    if (outcomes.floods !== undefined) {
      expect(outcomes.floods["/graphql 204"]).toBeGreaterThan(0);
      expect(outcomes.floods["/health/live 200"]).toBeGreaterThan(0);
      expect(Object.keys(outcomes.floods).join()).not.toMatch(/(graphql|health\/live) 429/);
    }
    if (outcomes.downloads !== undefined) expect(Object.keys(outcomes.downloads)).toContain("HTTP 200");
    if (outcomes.pages !== undefined) expect(Object.keys(outcomes.pages)).toContain("ok");
    // Headers have 10 s, and are looked at every second.
    const after = Object.keys(outcomes.trickle ?? {}).map((what) => Number(/^HTTP 408 after (\d+) s$/.exec(what)?.[1]));
    if (outcomes.trickle !== undefined) expect(Math.max(...after)).toBeLessThan(15);
  },
  120_000,
);
