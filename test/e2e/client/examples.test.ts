import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { runExample } from "../../support/example.ts";
import { freePort } from "../../support/ports.ts";
import { runningLesson, SECRET, tokenFor } from "../../support/running-lesson.ts";
import { ask, type Server, startServer, storeDirectory } from "../../support/server.ts";

const directory = storeDirectory();
let server: Server;
let url: string;
let held: { sessionId: string; whiteboard: string };

beforeAll(async () => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, HEARTBEAT_SECONDS: "1" });
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
  const connect = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { open } }";
  const { data } = await ask(url, await tokenFor(2, "student"), connect, { whiteboard: held.whiteboard });
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
  const example = await run("examples/graphql-ws/watch.mjs", held.whiteboard, url.replace("http", "ws"));
  await example.shows(/"SNAPSHOT".*"student":\{"connected":false/);
  await studentConnects();
  await example.shows(/"CONNECTED".*"student":\{"connected":true/);
});

describe("examples/whiteboard-server", () => {
  /** Its handler, as a service of the platform. */
  async function handler() {
    const port = await freePort();
    const env = { URL: url, TOKEN: await tokenFor(9, "service"), PORT: String(port) };
    const example = runExample("examples/whiteboard-server/handler.mjs", [], env);
    onTestFinished(() => example.dispose());
    await example.shows(`ready on ${port}`);
    return { example, whiteboard: `ws://127.0.0.1:${port}` };
  }
  const there = async () => {
    const query =
      "query ($whiteboard: ID!) { connectionStatus(whiteboardSessionId: $whiteboard) { student { connected active } } }";
    return (await ask(url, await tokenFor(1, "tutor"), query, { whiteboard: held.whiteboard })).data.connectionStatus
      .student;
  };

  test("P2, P10 reports who opens and closes a socket of the whiteboard, and who is idle on it", async () => {
    const { whiteboard } = await handler();
    const socket = new WebSocket(`${whiteboard}/?user=2&whiteboard=${held.whiteboard}`);
    await expect.poll(there).toEqual({ connected: true, active: true });
    // Two beats of a second without anything drawn.
    await expect.poll(there).toEqual({ connected: true, active: false });
    const drawing = setInterval(() => socket.send("a line"), 200);
    onTestFinished(() => clearInterval(drawing));
    await expect.poll(there).toEqual({ connected: true, active: true });
    clearInterval(drawing);
    socket.close();
    await expect.poll(there).toEqual({ connected: false, active: false });
  });

  test("P2 who is refused is not disconnected afterwards: the reason is all that is printed", async () => {
    const { example, whiteboard } = await handler();
    const closed = (address: string) =>
      new Promise((resolve) =>
        new WebSocket(address).once("close", (code, reason) => resolve([code, reason.toString()])),
      );
    expect(await closed(`${whiteboard}/?user=77&whiteboard=${held.whiteboard}`)).toEqual([1008, "BAD_USER_INPUT"]);
    await studentConnects();
    // Its socket is closed before the answer to `connect` comes.
    const socket = new WebSocket(`${whiteboard}/?user=1&whiteboard=${held.whiteboard}`);
    socket.once("open", () => socket.close());
    await example.shows(/is in/);
    const query = "query ($id: ID!) { session(id: $id) { whiteboardSession { spans { role endReason } } } }";
    const ended = async () =>
      (await ask(url, await tokenFor(8, "admin"), query, { id: held.sessionId })).data.session.whiteboardSession.spans;
    await expect.poll(ended).toContainEqual({ role: "TUTOR", endReason: "DISCONNECTED" });
    expect(example.printed().match(/^[A-Z_]{3,} .*$/gm)).toEqual([expect.stringMatching(/^BAD_USER_INPUT /)]);
  });

  test("P12 closes the socket when the lesson is over, and says why it lets nobody in afterwards", async () => {
    const { example, whiteboard } = await handler();
    const closed = (socket: WebSocket) =>
      new Promise((resolve) => socket.once("close", (code, reason) => resolve([code, reason.toString()])));
    const socket = new WebSocket(`${whiteboard}/?user=2&whiteboard=${held.whiteboard}`);
    const over = closed(socket);
    await expect.poll(there).toMatchObject({ connected: true });
    const end = "mutation ($id: ID!) { endSession(sessionId: $id) { id } }";
    await ask(url, await tokenFor(1, "tutor"), end, { id: held.sessionId });
    expect(await over).toEqual([1000, "The lesson is over"]);
    expect(await closed(new WebSocket(`${whiteboard}/?user=2&whiteboard=${held.whiteboard}`))).toEqual([
      1008,
      "SESSION_ENDED",
    ]);
    await example.shows("SESSION_ENDED");
  });
});
