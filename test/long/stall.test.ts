import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { ownServer } from "../support/own-server.ts";
import { read } from "../support/reader.ts";
import { runningLesson, tokenFor } from "../support/running-lesson.ts";
import { ask } from "../support/server.ts";

/** Stops the server's event loop for as long as asked, as a runaway computation would. */
const STALL = "process.on('SIGUSR2', () => { const end = Date.now() + 5000; while (Date.now() < end); })";

test("P13 an event loop blocked for 5 s of a 6 s lease declares nobody gone", async () => {
  const env = { LEASE_SECONDS: "6", HEARTBEAT_SECONDS: "2" };
  const server = ownServer(env, [process.execPath, "--import", `data:text/javascript,${STALL}`, "dist/main.js"]);
  const url = await server.ready;
  const { whiteboard } = await runningLesson(url);
  const student = await tokenFor(2, "student");
  const client = createClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${student}` },
    retryAttempts: 0,
  });
  onTestFinished(() => void client.dispose());
  const attend = "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { event connectionId } }";
  const attending = read(client, attend, { whiteboard }, "attend");
  const { connectionId } = await attending.next();
  await sleep(4_000);
  const stalled = Date.now();
  server.process.kill("SIGUSR2");
  await sleep(15_000);
  const query = `query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) {
    presence { student { connected } } spans { connectionId lastSeenAt endReason } } }`;
  const { data } = await ask(url, student, query, { whiteboard });
  console.log(data.whiteboardSession);
  expect(attending.waiting).toEqual([]);
  expect(data.whiteboardSession.presence.student.connected).toBe(true);
  const spans = data.whiteboardSession.spans as {
    connectionId: string;
    lastSeenAt: string;
    endReason: string | null;
  }[];
  expect(new Set(spans.map((span) => span.connectionId))).toEqual(new Set([connectionId]));
  expect(spans.map((span) => span.endReason).filter((reason) => reason !== "OUTAGE")).toEqual([null]);
  expect(Date.parse(spans.at(-1)!.lastSeenAt)).toBeGreaterThan(stalled + 5_000);
}, 60_000);
