import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ownDatabase } from "../../support/own-database.ts";
import { ask, type Server, startServer, storeDirectory } from "../../support/server.ts";
import { runningLesson, SECRET, tokenFor } from "../../support/running-lesson.ts";

const directory = storeDirectory();
const started: Server[] = [];
const start = (command?: string[]) => {
  const server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET }, command);
  started.push(server);
  return server;
};

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.process.kill("SIGKILL");
    await server.exited;
  }
});
afterAll(() => directory.dispose());

async function openSocket(url: string, token: string): Promise<{ closed: Promise<number> }> {
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
  await new Promise((resolve) => socket.once("message", resolve));
  return { closed };
}

test("SIGTERM closes sockets with 1001 and exits with 0; more of them change nothing", async () => {
  const server = start();
  const url = await server.ready;
  const socket = await openSocket(url, await tokenFor(1, "tutor"));
  for (let signal = 0; signal < 3; signal += 1) server.process.kill("SIGTERM");
  expect(await socket.closed).toBe(1001);
  expect(await server.exited).toBe(0);
});

test("a SIGTERM to `npm start` reaches the server", async () => {
  const server = start(["npm", "start", "--silent"]);
  const url = await server.ready;
  const socket = await openSocket(url, await tokenFor(1, "tutor"));
  server.process.kill("SIGTERM");
  expect(await socket.closed).toBe(1001);
  await server.exited;
  // The port is free and the data directory given back: nothing lives on behind npm.
  await expect(fetch(url)).rejects.toThrow();
  await start().ready;
});

const stores = ["the embedded store", ...(process.env.TEST_DATABASE_URL ? ["PostgreSQL"] : [])];

test.each(stores)("P4 kill -9 amid heartbeats loses none that was acknowledged: %s", async (store) => {
  const settings = {
    DATA_DIR: directory.path,
    JWT_SECRET: SECRET,
    LIMIT_HEARTBEATS: "10000",
    ...(store === "PostgreSQL" ? { DATABASE_URL: await ownDatabase() } : {}),
  };
  const first = startServer(settings);
  started.push(first);
  const url = await first.ready;
  const { whiteboard } = await runningLesson(url);
  const student = await tokenFor(2, "student");
  const connect = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
  const connections = await Promise.all(
    Array.from(
      { length: 10 },
      async () => (await ask(url, student, connect, { whiteboard })).data.connect.id as string,
    ),
  );

  const acknowledged = new Map<string, string>();
  let killed = false;
  const beating = connections.map(async (id) => {
    while (!killed) {
      const beat = "mutation ($id: ID!) { heartbeat(connectionId: $id) { lastActivityAt } }";
      const answer = await ask(url, student, beat, { id }).catch(() => null);
      if (answer?.data?.heartbeat) acknowledged.set(id, answer.data.heartbeat.lastActivityAt as string);
    }
  });
  await sleep(1_000);
  await expect.poll(() => acknowledged.size).toBe(10);
  killed = true;
  first.process.kill("SIGKILL");
  await Promise.all([first.exited, ...beating]);

  const second = startServer(settings);
  started.push(second);
  const spans =
    "query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) { spans { connectionId lastSeenAt endedAt } } }";
  const { data } = await ask(await second.ready, student, spans, { whiteboard });
  for (const [id, at] of acknowledged) {
    const span = data.whiteboardSession.spans.find((each: { connectionId: string }) => each.connectionId === id);
    expect(Date.parse(span.lastSeenAt), `connection ${id}`).toBeGreaterThanOrEqual(Date.parse(at));
    // P13: the server was away, so nobody is gone yet.
    expect(span.endedAt).toBeNull();
  }
});
