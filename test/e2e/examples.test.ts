import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { runExample } from "../support/example.ts";
import { runningLesson, SECRET, tokenFor } from "../support/running-lesson.ts";
import { ask, type Server, startServer, storeDirectory } from "../support/server.ts";

const directory = storeDirectory();
let server: Server;
let url: string;
let held: { sessionId: string; room: string };

beforeAll(async () => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET });
  url = await server.ready;
});
beforeEach(async () => {
  held = await runningLesson(url);
});
afterAll(async () => {
  server?.process.kill("SIGTERM");
  await server?.exited;
  directory.dispose();
});

async function run(file: string, id: string, address = url) {
  const example = runExample(file, [id], { URL: address, TOKEN: await tokenFor(1, "tutor") });
  onTestFinished(() => example.dispose());
  return example;
}

async function studentConnects(): Promise<void> {
  const connect = "mutation ($room: ID!) { connect(input: { whiteboardSessionId: $room }) { open } }";
  const { data } = await ask(url, await tokenFor(2, "student"), connect, { room: held.room });
  expect(data).toEqual({ connect: { open: true } });
}

describe.each(["apollo", "urql"])("examples/%s", (library) => {
  test("shows who is there as it changes, and marks", async () => {
    const example = await run(`examples/${library}/lesson.mjs`, held.sessionId);
    await example.shows("Sam: away, active for 0 s, not marked");
    await studentConnects();
    await example.shows("Sam: here, active for 0 s, not marked");
    example.type("late");
    await example.shows("Sam: here, active for 0 s, LATE");
    example.type("asleep");
    await example.shows(/"asleep"|"ASLEEP"/);
  });

  test("says so when there is nothing to show", async () => {
    const example = await run(`examples/${library}/lesson.mjs`, "4711");
    await example.shows("No such session");
  });
});

test("examples/graphql-ws prints every change", async () => {
  const example = await run("examples/graphql-ws/watch.mjs", held.room, url.replace("http", "ws"));
  await example.shows(/"SNAPSHOT".*"student":\{"connected":false/);
  await studentConnects();
  await example.shows(/"CONNECTED".*"student":\{"connected":true/);
});
