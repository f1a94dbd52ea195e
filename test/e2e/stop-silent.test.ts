import { randomBytes } from "node:crypto";
import { createClient } from "graphql-ws";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { openForwarder } from "../support/forwarder.ts";
import { onServer, withDatabase } from "../support/prepare-postgresql.ts";
import { read } from "../support/reader.ts";
import { runningLesson, SECRET, tokenFor } from "../support/running-lesson.ts";
import { startServer, temporaryDirectory } from "../support/server.ts";

const postgresql = process.env.TEST_DATABASE_URL;

test.runIf(postgresql)(
  "SIGTERM while PostgreSQL answers nobody: sockets are closed with 1001, and the exit is 0",
  async () => {
    const name = `rollcall_test_${randomBytes(6).toString("hex")}`;
    await onServer(postgresql!, `create database ${name} template template0 encoding 'UTF8'`);
    onTestFinished(() => onServer(postgresql!, `drop database ${name} with (force)`));
    const line = await openForwarder(withDatabase(postgresql!, name));
    const directory = temporaryDirectory();
    const server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, DATABASE_URL: line.url });
    onTestFinished(async () => {
      server.process.kill("SIGKILL");
      await server.exited;
      line.close();
      directory.dispose();
    });
    const url = await server.ready;
    const { room } = await runningLesson(url);
    const closed: unknown[] = [];
    const client = createClient({
      url: url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await tokenFor(2, "student")}` },
      retryAttempts: 0,
      on: { closed: (event) => closed.push((event as { code: number }).code) },
    });
    const query = "subscription ($room: ID!) { attend(whiteboardSessionId: $room) { connectionId } }";
    await read(client, query, { room }, "attend").next();
    line.hush();
    server.process.kill("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(closed).toEqual([1001]);
  },
);
