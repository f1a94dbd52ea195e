import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { attend, type Attending, watchPresence, type Watching } from "../../src/client/index.ts";
import { type Followed, followed } from "../support/client-states.ts";
import { openForwarder } from "../support/forwarder.ts";
import { runningLesson, SECRET, tokenFor } from "../support/running-lesson.ts";
import { type Server, startServer, temporaryDirectory } from "../support/server.ts";

const directory = temporaryDirectory();
let server: Server;
let url: string;
beforeAll(async () => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET });
  url = await server.ready;
}, 60_000);
afterAll(async () => {
  server.process.kill("SIGTERM");
  await server.exited;
  directory.dispose();
});

test("P9 who attends, and who watches, notices a network that goes without a word before the lease is over", async () => {
  const line = await openForwarder(url);
  onTestFinished(() => line.close());
  const { whiteboard } = await runningLesson(url);
  const [student, tutor] = [await tokenFor(2, "student"), await tokenFor(1, "tutor")];
  const to = { url: line.url, whiteboardSessionId: whiteboard };
  const here: Followed<Attending> = followed((wish) => attend({ ...wish, ...to, token: student }));
  const sees: Followed<Watching> = followed((wish) => watchPresence({ ...wish, ...to, token: tutor }));
  onTestFinished(async () => void (await Promise.all([here.it.leave(), sees.it.stop()])));
  await Promise.all([here.reaches("connected"), sees.reaches("connected")]);
  line.hush();
  const began = performance.now();
  await expect.poll(() => [here.it.state, sees.it.state], { timeout: 35_000 }).toEqual(Array(2).fill("reconnecting"));
  console.log(`noticed after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  line.speak();
  await expect.poll(() => [here.it.state, sees.it.state], { timeout: 35_000 }).toEqual(Array(2).fill("connected"));
  await expect.poll(() => sees.it.presence?.student.connected).toBe(true);
  for (const { states } of [here, sees]) expect(states).toEqual(["connected", "reconnecting", "connected"]);
}, 120_000);
