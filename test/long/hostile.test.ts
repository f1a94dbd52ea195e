import { afterAll, beforeAll, expect, test } from "vitest";
import { attack } from "../support/hostile.ts";
import { manyLessons } from "../support/many-lessons.ts";
import { SECRET } from "../support/running-lesson.ts";
import { type Server, startServer, temporaryDirectory } from "../support/server.ts";

const SECONDS = 45;
/** Below this nobody feels it, and a machine that has to run the attackers too cannot tell it from its own noise. */
const UNFELT_MS = 250;

const directory = temporaryDirectory();
let server: Server;
let url: string;
beforeAll(async () => {
  // With more than that a heap would only be cleared later, and nobody could tell what is kept from what is left over.
  const NODE_OPTIONS = "--max-old-space-size=256";
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, NODE_OPTIONS });
  url = await server.ready;
}, 60_000);
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.exited;
  directory.dispose();
});

const SIZES = { trickle: 200, silence: 1_000, storm: 9, connections: 30, fragments: 2, heartbeats: 30, deaf: 3 };

// One kind after the other, so that a figure says whose it is, and then all of them at once.
test.each([...Object.entries(SIZES).map((each) => Object.fromEntries([each])), SIZES])(
  "§7 hostile clients of this kind harm nobody: %j",
  async (sizes: Record<string, number>) => {
    const lessons = await manyLessons(url, Object.keys(sizes).length + 10);
    const report = await attack(url, lessons, { sizes, seconds: sizes === SIZES ? SECONDS : 15, warmUp: 5_000 });
    console.log(JSON.stringify(report));
    const { harm, before, during, memory, outcomes } = report;
    expect(harm).toEqual([]);
    if (sizes !== SIZES) expect(during.p99).toBeLessThan(Math.max(2 * before.p99, UNFELT_MS));
    expect(memory.most).toBeLessThan(memory.before + 400);
    expect(server.process.exitCode).toBeNull();
    expect(server.output()).not.toMatch(/"level":"(error|fatal)"/);
    if (outcomes.silence !== undefined) expect(outcomes.silence).toEqual({ "close 4408": SIZES.silence });
    // Headers have 10 s, and are looked at every second.
    const after = Object.keys(outcomes.trickle ?? {}).map((what) => Number(/^HTTP 408 after (\d+) s$/.exec(what)?.[1]));
    if (outcomes.trickle !== undefined) expect(Math.max(...after)).toBeLessThan(15);
  },
  120_000,
);
