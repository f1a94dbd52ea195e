import { createClient } from "graphql-ws";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { openForwarder } from "../../support/forwarder.ts";
import { ownDatabase } from "../../support/own-database.ts";
import { ownServer } from "../../support/own-server.ts";
import { read } from "../../support/reader.ts";
import { runningLesson, tokenFor } from "../../support/running-lesson.ts";

test.runIf(process.env.TEST_DATABASE_URL)(
  "SIGTERM while PostgreSQL answers nobody: sockets are closed with 1001, and the exit is 0",
  async () => {
    const line = await openForwarder(await ownDatabase());
    onTestFinished(() => line.close());
    const server = ownServer({ DATABASE_URL: line.url });
    const url = await server.ready;
    const { whiteboard } = await runningLesson(url);
    const closed: unknown[] = [];
    const client = createClient({
      url: url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await tokenFor(2, "student")}` },
      retryAttempts: 0,
      on: { closed: (event) => closed.push((event as { code: number }).code) },
    });
    const query = "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { connectionId } }";
    await read(client, query, { whiteboard }, "attend").next();
    line.hush();
    server.process.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(closed).toEqual([1001]);
  },
);
