import { connect } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { RequestUsage } from "../../../src/server/quotas/usage-meter.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { recordLog } from "../../support/metrics.ts";
import { WATCH } from "../../support/presence.ts";
import { DEEP, type RawSocket, rawSocket, subscribe } from "../../support/raw-socket.ts";

const recorded = recordLog();
let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp({ log: recorded.log });
  here = await lesson(app);
});
afterAll(async () => {
  // What clients do wrong is no fault of the server's.
  expect(recorded.lines().filter(({ level }) => level === "error")).toEqual([]);
  await app.dispose();
});

async function open(): Promise<RawSocket> {
  const socket = await rawSocket(app.url);
  onTestFinished(() => socket.socket.terminate());
  return socket;
}

async function greeted(): Promise<RawSocket> {
  const socket = await open();
  await socket.hello(await here.tutor.token);
  return socket;
}

const watch = (id: string) => subscribe(id, WATCH, { variables: { whiteboard: here.whiteboard } });

const INVALID: unknown[] = [
  "",
  "{",
  "null",
  "[]",
  '"connection_init"',
  "{}",
  { type: 1 },
  { type: "hello" },
  { type: "connection_init", payload: "Bearer x" },
  { type: "connection_ack" },
  { id: "1", type: "next", payload: {} },
  { id: "1", type: "error", payload: [] },
  { type: "complete" },
  subscribe(1),
  subscribe(""),
  subscribe(null),
  subscribe("1", 1),
  { id: "1", type: "subscribe", payload: {} },
  subscribe("1", "{ __typename }", { variables: "x" }),
  subscribe("1", "{ __typename }", { operationName: 1 }),
  subscribe("1", "{ __typename }", { extensions: [1] }),
  { id: "1", type: "subscribe", payload: null },
];

test.each(INVALID)("a message that is none of the protocol's closes with 4400: %j", async (message) => {
  const socket = await greeted();
  socket.send(message);
  expect(await socket.closed).toMatchObject({ code: 4400 });
});

test("an operation before the hello closes with 4401", async () => {
  const socket = await open();
  socket.send(subscribe("1"));
  expect(await socket.closed).toMatchObject({ code: 4401 });
});

test("an operation while the hello is still being looked at closes with 4401", async () => {
  const socket = await open();
  const payload = { authorization: `Bearer ${await here.tutor.token}` };
  socket.send({ type: "connection_init", payload });
  socket.send(subscribe("1"));
  expect(await socket.closed).toMatchObject({ code: 4401 });
});

test.each([{}, { authorization: "" }, { authorization: "Bearer x" }, { authorization: ["Bearer x"] }])(
  "§6 a hello as nobody closes with 4403: %j",
  async (payload) => {
    const socket = await open();
    socket.send({ type: "connection_init", payload });
    expect(await socket.closed).toMatchObject({ code: 4403 });
  },
);

test.each(["Sec-WebSocket-Protocol: graphql-ws\r\n", "Sec-WebSocket-Protocol: a, b\r\n", ""])(
  "another subprotocol, or none, closes with 4406: %j",
  async (offer) => {
    const { hostname, port } = new URL(app.url);
    const request = `GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${offer}`;
    // No client: they refuse by themselves a server that takes none of their protocols, before it has said why.
    const wire = connect(Number(port), hostname);
    onTestFinished(() => void wire.destroy());
    wire.write(`${request}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${"x".repeat(22)}==\r\n\r\n`);
    let came = Buffer.alloc(0);
    for await (const chunk of wire) {
      came = Buffer.concat([came, chunk as Buffer]);
      const end = came.indexOf("\r\n\r\n") + 4;
      if (end < 4 || came.length < end + 4) continue;
      expect(came.subarray(0, end).toString()).toMatch(/^HTTP\/1\.1 101 /);
      expect(came.subarray(0, end).toString()).not.toMatch(/^Sec-WebSocket-Protocol/im);
      expect([came[end], came.readUInt16BE(end + 2)]).toEqual([0x88, 4406]);
      return;
    }
    expect.unreachable("the connection ended without a close frame");
  },
);

test("§7 a socket that never says hello closes with 4408 after 3 s", async () => {
  const opened = performance.now();
  const socket = await open();
  expect(await socket.closed).toMatchObject({ code: 4408 });
  expect(performance.now() - opened).toBeGreaterThan(2_900);
  expect(performance.now() - opened).toBeLessThan(6_000);
});

test("§7 those that stayed silent together are closed apart, within a second; who says hello meanwhile stays", async () => {
  const many = () => Promise.all(Array.from({ length: 20 }, open));
  const [silent, late] = [await many(), await many()];
  const closedAt = silent.map(({ closed }) => closed.then(() => performance.now()));
  await new Promise((resolve) => setTimeout(resolve, 3_200));
  const token = await here.tutor.token;
  const greeting = late.map((each) =>
    each.hello(token).then(
      () => [each],
      (): RawSocket[] => [],
    ),
  );
  const stayed = (await Promise.all(greeting)).flat();
  expect(stayed.length).toBeGreaterThan(0);
  const times = await Promise.all(closedAt);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(250);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const each of stayed) expect(await each.ask("1", { query: "{ __typename }" })).toHaveLength(2);
}, 15_000);

test("an id that is in use closes with 4409, and may be used again once it is free", async () => {
  const socket = await greeted();
  expect(await socket.ask("same", { query: "{ __typename }" })).toHaveLength(2);
  expect(await socket.ask("same", { query: "{ __typename }" })).toHaveLength(2);
  await socket.ask("same", { query: WATCH, variables: { whiteboard: here.whiteboard } });
  socket.send(watch("same"));
  expect(await socket.closed).toMatchObject({ code: 4409 });
  await expect.poll(() => app.app.bus.topics).toBe(0);
});

test.each(["x".repeat(200), "é".repeat(60), "\ud800".repeat(40)])(
  "an id in use closes with 4409 too when it is too long to be named in the close frame: %j",
  async (id) => {
    const socket = await greeted();
    await socket.ask(id, { query: WATCH, variables: { whiteboard: here.whiteboard } });
    socket.send(watch(id));
    expect(await socket.closed).toMatchObject({ code: 4409 });
  },
);

test("a second hello closes with 4429, during the first and after it", async () => {
  const hello = { type: "connection_init", payload: { authorization: `Bearer ${await here.tutor.token}` } };
  const early = await open();
  early.send(hello);
  early.send(hello);
  expect(await early.closed).toMatchObject({ code: 4429 });
  const late = await greeted();
  late.send(hello);
  expect(await late.closed).toMatchObject({ code: 4429 });
});

test("frames that are no text of UTF-8 close with 1007, and those that are none of WebSocket's with 1002", async () => {
  const socket = await greeted();
  socket.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
  expect(await socket.closed).toMatchObject({ code: 1007 });
  const broken = await greeted();
  const { _socket: wire } = broken.socket as unknown as { _socket: NodeJS.WritableStream };
  wire.write(Buffer.from([0xf3, 0x80, 0, 0, 0, 0]));
  expect(await broken.closed).toMatchObject({ code: 1002 });
});

test("a ping whose answer would run out of stack closes with 4400", async () => {
  const socket = await greeted();
  socket.send(`{"type":"ping","payload":{"a":${DEEP}}}`);
  expect(await socket.closed).toEqual({ code: 4400, reason: "Nested too deeply" });
});

test("a fault of the server's own closes its socket with 4500, is in the log, and leaves all others alone", async () => {
  const log = recordLog();
  const faulty = await testApp({ log: log.log });
  onTestFinished(() => faulty.dispose());
  const [one, other] = [await rawSocket(faulty.url), await rawSocket(faulty.url)];
  const token = await faulty.as(1, "tutor").token;
  await Promise.all([one.hello(token), other.hello(token)]);
  const meter = vi.spyOn(RequestUsage.prototype, "prepaid").mockImplementation(() => {
    throw new Error("the meter stopped");
  });
  one.send(subscribe("1"));
  expect(await one.closed).toEqual({ code: 4500, reason: "Internal server error" });
  meter.mockRestore();
  const faults = log.lines().filter(({ msg }) => msg === "a socket's message failed");
  expect(faults).toMatchObject([{ level: "error", err: { message: "the meter stopped" } }]);
  expect(await other.ask("1", { query: "{ __typename }" })).toHaveLength(2);
});
