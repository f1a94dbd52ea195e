import { afterAll, beforeAll, expect, test } from "vitest";
import { attack } from "../../support/hostile.ts";
import { manyLessons } from "../../support/many-lessons.ts";
import { SECRET } from "../../support/running-lesson.ts";
import { type Server, startServer, storeDirectory } from "../../support/server.ts";

const directory = storeDirectory();
let server: Server;
let url: string;
beforeAll(async () => {
  // With more than that a heap would only be cleared later, and nobody could tell what is kept from what is left over.
  const NODE_OPTIONS = "--max-old-space-size=256";
  const CORS_ORIGINS = "https://app.example.com";
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, NODE_OPTIONS, CORS_ORIGINS });
  url = await server.ready;
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.exited;
  directory.dispose();
});

/** Which answers there were; a connection that was idle for too long brings none. */
const answersOf = (outcomes: Readonly<Record<string, number>> = {}) =>
  Object.keys(outcomes)
    .filter((each) => each !== "lost")
    .sort();

// The short form; the long one, with figures, is in test/long/hostile.test.ts.
test("§7 hostile clients of every kind are refused, and the others go on", { timeout: 180_000 }, async () => {
  const lessons = await manyLessons(url, 19);
  const sizes = {
    ...{ trickle: 20, silence: 100, storm: 5, connections: 30, fragments: 2, texts: 1 },
    ...{ heartbeats: 40, beats: 1, deaf: 1, bombs: 1 },
    ...{ pipelining: 2, pings: 10, wrongTokens: 5, downloads: 10, pages: 2, floods: 5 },
  };
  const { harm, memory, during, outcomes } = await attack(url, lessons, { sizes, seconds: 3, warmUp: 0, calm: 500 });
  expect(harm).toEqual([]);
  expect(during.count).toBeGreaterThan(0);
  expect(outcomes.silence).toEqual({ "close 4408": sizes.silence });
  expect(answersOf(outcomes.fragments)).toEqual(["QUERY_TOO_COMPLEX"]);
  expect(answersOf(outcomes.beats)).toEqual(["NOT_FOUND"]);
  expect(answersOf(outcomes.texts)).toEqual(["GRAPHQL_VALIDATION_FAILED", "ok"]);
  expect(answersOf(outcomes.bombs)).toEqual(["ok"]);
  expect(Object.keys(outcomes.connections ?? {})).toContain("RATE_LIMITED");
  expect(Object.keys(outcomes.heartbeats ?? {})).toContain("RATE_LIMITED");
  expect(Object.keys(outcomes.pings ?? {}).join()).toMatch(/close (4400|1006)/);
  expect(answersOf(outcomes.wrongTokens)).toEqual(["UNAUTHENTICATED"]);
  // Only who has six under way at once is refused.
  expect(["HTTP 200", "HTTP 200,HTTP 429"]).toContain(answersOf(outcomes.downloads).join());
  expect(answersOf(outcomes.pages)).toEqual(["ok"]);
  // Neither cut off nor answered: what nobody reads is not taken in.
  expect(outcomes.pipelining).toEqual({ held: sizes.pipelining });
  const floods = answersOf(outcomes.floods);
  expect(floods).toEqual(expect.arrayContaining(["/graphql 204", "/health/live 200"]));
  expect(floods.join()).not.toMatch(/(graphql|live) 429/);
  expect(memory.most).toBeLessThan(memory.before + 100);
  expect(server.process.exitCode).toBeNull();
  expect(server.output()).not.toMatch(/"level":"(error|fatal)"/);
});
