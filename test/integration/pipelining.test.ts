import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const BODY = JSON.stringify({ query: "{ __typename }" });
const POST = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const MISSING = "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n";

test("§7 requests that wait on one connection are all answered, in the order in which they were sent", async () => {
  const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  let answers = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answers += text));
  socket.write((POST + MISSING).repeat(40));
  const statuses = () => [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  await expect.poll(() => statuses().length).toBe(80);
  expect(statuses()).toEqual(Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 200 : 404)));
});
