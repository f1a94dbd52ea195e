import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { TUTOR } from "../../support/lesson.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

/** As Java's HttpClient asks for HTTP/2, with the first request over a connection. */
const ASKS =
  "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n";

/** A connection over which text is sent as it stands, and what has come back. */
async function line() {
  const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let answers = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answers += text));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return { socket, answers: () => answers };
}

/** A request for one's own id, by its headers and its body. */
async function asking(more: string, body = JSON.stringify({ query: "{ me { id } }" })): Promise<[string, string]> {
  const token = await app.as(TUTOR, "tutor").token;
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
  return [`${head}Content-Length: ${body.length}\r\n${more}\r\n`, body];
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const ME = `{"data":{"me":{"id":"${TUTOR}"}}}`;

test("a request that also asks for HTTP/2 is answered as it is, and so are those after it", async () => {
  const { socket, answers } = await line();
  const [head, body] = await asking(ASKS);
  socket.write(head + body);
  await expect.poll(answers).toContain(ME);
  // Over the same connection, this time with the body behind its headers.
  socket.write(head);
  await sleep(50);
  socket.write(body);
  await expect.poll(() => answers().split(ME).length - 1).toBe(2);
  // And two at once.
  const [plain] = await asking("");
  socket.write(head + body + plain + body);
  await expect.poll(() => answers().split(ME).length - 1).toBe(4);
  expect(statuses(answers())).toEqual([200, 200, 200, 200]);
  expect(answers()).not.toMatch(/^upgrade:/im);
});

test("it waits for the answers of those before it on its connection", async () => {
  const { socket, answers } = await line();
  const [head, body] = await asking("", JSON.stringify({ query: "{ sessions(first: 1) { totalCount } }" }));
  const live = `GET /health/live HTTP/1.1\r\nHost: x\r\n${ASKS}\r\n`;
  socket.write(head + body + head + body + live + live);
  await expect.poll(() => statuses(answers())).toEqual([200, 200, 200, 200]);
  const order = [...answers().matchAll(/totalCount|"live"/g)].map(([answer]) => answer);
  expect(order).toEqual(["totalCount", "totalCount", '"live"', '"live"']);
});

test("its body may come in chunks, and it may be the connection's last", async () => {
  const { socket, answers } = await line();
  const [head, body] = await asking(ASKS.replace("Upgrade, ", "close, Upgrade, "));
  const chunked = head.replace(/Content-Length: \d+/, "Transfer-Encoding: chunked");
  socket.write(`${chunked}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
  await once(socket, "close");
  expect(statuses(answers())).toEqual([200]);
  expect(answers()).toContain(ME);
  expect(answers()).toMatch(/^connection: close/im);
});

test.each(["TLS/1.0", "h2c, irc/6.9", "websockets", ""])(
  "what offers to change to «%s» is served unchanged",
  async (offer) => {
    const { socket, answers } = await line();
    socket.write(`GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: ${offer}\r\n\r\n`);
    await expect.poll(answers).toContain('{"status":"live"}');
    expect(statuses(answers())).toEqual([200]);
  },
);

test.each(["websocket", "h2c, WebSocket"])("§6 what asks for a WebSocket is refused a page by «%s»", async (offer) => {
  const { socket, answers } = await line();
  socket.write(`GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: ${offer}\r\n\r\n`);
  await once(socket, "close");
  expect(statuses(answers())).toEqual([404]);
});

test("§7 broken bodies are refused as in any other request, and limits hold", async () => {
  const { socket, answers } = await line();
  const [head] = await asking(ASKS, "x".repeat(200_000));
  socket.write(head);
  await expect.poll(() => statuses(answers())).toEqual([413]);
  const other = await line();
  other.socket.write(`POST /graphql HTTP/1.1\r\nHost: x\r\n${ASKS}Content-Length: x\r\n\r\n`);
  await once(other.socket, "close");
  expect(statuses(other.answers())).toEqual([400]);
});
