import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const BODY = JSON.stringify({ query: "{ __typename }" });
const POST = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const MISSING = "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n";

async function client() {
  const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(
    socket.on("error", () => undefined),
    "connect",
  );
  return socket;
}

/** Watches what the server makes of the requests of a connection: Node itself says when it has made or answered one. */
function watch(port: number | undefined) {
  const seen = { made: 0, answered: 0, mostAtOnce: 0, bytes: 0 };
  const on = (name: string, what: () => void) => {
    const look = (message: unknown) => {
      const { socket } = (message as { request: IncomingMessage }).request;
      if (socket.remotePort !== port) return;
      what();
      seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.made - seen.answered);
      seen.bytes = socket.bytesRead;
    };
    subscribe(name, look);
    onTestFinished(() => void unsubscribe(name, look));
  };
  on("http.server.request.start", () => (seen.made += 1));
  on("http.server.response.finish", () => (seen.answered += 1));
  return seen;
}

test("§7 requests that wait on one connection are all answered, in the order in which they were sent", async () => {
  const socket = await client();
  let answers = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answers += text));
  socket.write((POST + MISSING).repeat(40));
  const statuses = () => [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  await expect.poll(() => statuses().length).toBe(80);
  expect(statuses()).toEqual(Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 200 : 404)));
});

test("§7 of 5,000 whose answers nobody reads a few are taken in at a time, and the rest is left unread", async () => {
  const socket = await client();
  const seen = watch(socket.localPort);
  const user = app.as(1, "student");
  await user.get("{ me { id } }");
  socket.pause().write(POST.repeat(5_000));
  // Somebody else is there, beside whom strangers get a tenth of the event loop's time.
  const until = performance.now() + 500;
  while (performance.now() < until) await user.get("{ me { id } }");
  await expect.poll(() => seen.answered).toBeGreaterThan(0);
  // One that is served, four that wait, and what one slice of 512 bytes brings on top.
  expect(seen.mostAtOnce).toBeLessThan(15);
  // No more than the pieces of 64 KiB that Node reads, where all of them have 600 KB.
  expect(seen.bytes).toBeLessThan(POST.length * seen.answered + 3 * 65_536);
});
