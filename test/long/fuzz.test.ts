import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz } from "../support/fuzz.ts";
import { manyLessons } from "../support/many-lessons.ts";
import { SECRET, tokenFor } from "../support/running-lesson.ts";
import { ask, type Server, startServer, temporaryDirectory } from "../support/server.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? Math.floor(Math.random() * 2 ** 31));
const minutes = Number(process.env.ROLLCALL_FUZZ_MINUTES ?? 2);
const ROUND_MS = 20_000;

const directory = temporaryDirectory();
let server: Server;
let url: string;
beforeAll(async () => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, LIMIT_SOCKETS: "100" });
  url = await server.ready;
}, 60_000);
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.exited;
  directory.dispose();
});

test(
  `§7 ${minutes} minutes of whatever a seed says leave no fault behind (seed ${seed})`,
  async () => {
    const tokens = await Promise.all([
      tokenFor(1, "tutor"),
      tokenFor(1_001, "student"),
      tokenFor(8, "admin"),
      tokenFor(9, "service"),
      tokenFor(77),
    ]);
    const totals: Record<string, number> = {};
    for (let round = 0; round * ROUND_MS < minutes * 60_000; round += 1) {
      // Fresh lessons each time: most of what is sent ends or cancels those that it finds.
      const whiteboards = (await manyLessons(url, 10)).map(({ whiteboard }) => whiteboard);
      const { data } = await ask(url, tokens[2], "{ sessions(first: 100) { nodes { id } } }");
      const ids = [
        ...whiteboards,
        ...(data.sessions.nodes as { id: string }[]).slice(-10).map(({ id }) => id),
        "1",
        "1001",
      ];
      const { findings, seen } = await fuzz(
        { url, tokens, known: { ids }, secret: SECRET },
        seed + 1_000 * round,
        ROUND_MS,
      );
      for (const [what, count] of seen) totals[what] = (totals[what] ?? 0) + count;
      expect(findings).toEqual([]);
    }
    console.log({ seed, minutes, answers: Object.values(totals).reduce((sum, count) => sum + count, 0), ...totals });
    expect(server.process.exitCode).toBeNull();
    const logged = server.output().split("\n");
    expect(logged.filter((line) => /"level":"(error|fatal)"|UnhandledPromise| {4}at /.test(line))).toEqual([]);
  },
  minutes * 60_000 + 120_000,
);
