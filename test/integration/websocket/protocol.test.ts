import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
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

async function greeted(): Promise<RawSocket> {
  const socket = await rawSocket(app.url);
  onTestFinished(() => socket.socket.terminate());
  await socket.hello(await here.tutor.token);
  return socket;
}

const watch = (id: string) => subscribe(id, WATCH, { variables: { whiteboard: here.whiteboard } });

test("a ping is answered, with what it brought", async () => {
  const socket = await greeted();
  socket.send({ type: "ping", payload: { at: 1 } });
  expect(await socket.next()).toBe('{"type":"pong","payload":{"at":1}}');
  socket.send({ type: "pong" });
  socket.send({ type: "ping" });
  expect(await socket.next()).toBe('{"type":"pong"}');
});

test("§7 nothing is compressed, whatever a client offers: not on a socket, not over HTTP", async () => {
  const { socket } = await rawSocket(app.url, { headers: { "sec-websocket-extensions": "permessage-deflate" } });
  expect(socket.extensions).toBe("");
  socket.terminate();
  const asked = await fetch(`${app.url}?query={__typename}`, { headers: { "accept-encoding": "gzip, br" } });
  expect(asked.headers.get("content-encoding")).toBeNull();
});

test("§7 an operation that cannot run is an error message, and leaves the socket and what runs on it alone", async () => {
  const socket = await greeted();
  await socket.ask("watching", { query: WATCH, variables: { whiteboard: here.whiteboard } });
  const cannot = [
    "{",
    "",
    "\0",
    "{ nothing }",
    "query A { __typename } query B { __typename }",
    "fragment F on User { id }",
  ];
  for (const query of cannot) {
    const [answer = ""] = await socket.ask("a", { query });
    const { type, payload } = JSON.parse(answer) as { type: string; payload: { extensions: { code: string } }[] };
    expect([query, type, payload[0]?.extensions.code]).toEqual([
      query,
      "error",
      expect.stringMatching(/^(GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/),
    ]);
  }
  await here.student.get(
    "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }",
    here,
  );
  expect(await socket.next()).toMatch(/^{"id":"watching","type":"next",.*"event":"CONNECTED"/);
});

const UNUSUAL = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "0",
  " ",
  "\n",
  "\ud800",
  "💯",
  "x".repeat(256),
];

test.each(UNUSUAL)("an operation may be called %j, a subscription too", async (id) => {
  const socket = await greeted();
  const named = JSON.stringify(id);
  expect(await socket.ask(id, { query: "{ __typename }" })).toEqual([
    `{"id":${named},"type":"next","payload":{"data":{"__typename":"Query"}}}`,
    `{"id":${named},"type":"complete"}`,
  ]);
  const [snapshot] = await socket.ask(id, { query: WATCH, variables: { whiteboard: here.whiteboard } });
  expect(snapshot).toContain('"event":"SNAPSHOT"');
  socket.send({ id, type: "complete" });
  await expect.poll(() => app.app.bus.topics).toBe(0);
  socket.send({ type: "ping" });
  expect(await socket.next()).toBe('{"type":"pong"}');
});

test("§7 a longer name is not repeated with every event: BAD_USER_INPUT", async () => {
  const socket = await greeted();
  const [answer] = await socket.ask("x".repeat(257), { query: WATCH, variables: { whiteboard: here.whiteboard } });
  expect(answer).toMatch(/"type":"error",.*"code":"BAD_USER_INPUT"/);
  expect(app.app.bus.topics).toBe(0);
});

test("§7 an operation nested so deeply that a stack runs out is BAD_USER_INPUT, and leaves the socket open", async () => {
  const socket = await greeted();
  for (const message of [
    JSON.stringify(watch("1")).replace('"whiteboard"', `"x":${DEEP},"whiteboard"`),
    JSON.stringify(subscribe("1", "{ __typename }", { extensions: { x: 0 } })).replace(":0", `:${DEEP}`),
  ]) {
    socket.send(message);
    expect(await socket.next()).toMatch(/^{"id":"1","type":"error",.*nested too deeply.*"code":"BAD_USER_INPUT"/);
  }
});
