import { createClient as createSocketClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import { type Watching, watchPresence } from "../../../src/client/index.ts";
import { closeOnPongTimeout } from "../../../src/client/options.ts";
import { SECRET, testApp, type TestApp } from "../../support/app.ts";
import { followed } from "../../support/client-states.ts";
import { openForwarder } from "../../support/forwarder.ts";
import { lesson, TUTOR } from "../../support/lesson.ts";
import { end, newDay } from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(async () => {
  await Promise.all(running.splice(0).map((watching) => watching.stop()));
  await expect.poll(() => [app.app.bus.topics, app.app.services.sockets.size]).toEqual([0, 0]);
});
afterAll(() => app.dispose());

const running: Watching[] = [];
const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const DISCONNECT = "mutation ($id: ID!) { disconnect(connectionId: $id) { open } }";

function watch(whiteboard: string, token: string, url = app.url) {
  const made = followed<Watching>((wish) => watchPresence({ ...wish, url, token, whiteboardSessionId: whiteboard }));
  running.push(made.it);
  return made;
}

const tokenOf = (expiresInSeconds = 3_600, user = TUTOR) =>
  issueDevelopmentToken({ secret: SECRET, user, roles: ["tutor"], expiresInSeconds, now: app.clock.now() });

test("P11 watchPresence shows the state, then every change, and makes nobody present", async () => {
  const { student, whiteboard, tutor, sessionId } = await lesson(app);
  const { it, states, reaches } = watch(whiteboard, await tokenOf());
  expect([it.state, it.presence]).toEqual(["connecting", null]);
  await reaches("connected");
  expect(it.presence).toMatchObject({ tutor: { connected: false }, student: { connected: false } });
  const { connect } = await student.get<{ connect: { id: string } }>(CONNECT, { whiteboard });
  await expect.poll(() => it.presence).toMatchObject({ event: "CONNECTED", student: { connected: true } });
  await student.get(DISCONNECT, { id: connect.id });
  await expect.poll(() => it.presence).toMatchObject({ event: "DISCONNECTED", student: { connected: false } });
  app.clock.jumpTo(app.clock.at("16:30"));
  await end(tutor, sessionId);
  await expect.poll(() => it.presence?.event).toBe("SESSION_ENDED");
  await it.stop();
  expect([states, it.error]).toEqual([["connected", "ended"], null]);
});

test("P11 a broken socket is followed by another one, whose first word is what was missed", async () => {
  const { student, whiteboard } = await lesson(app);
  const { it, states, sockets, reaches } = watch(whiteboard, await tokenOf());
  await reaches("connected");
  sockets[0]?.terminate();
  await student.get(CONNECT, { whiteboard });
  await expect.poll(() => [it.state, it.presence?.student.connected]).toEqual(["connected", true]);
  expect(states).toEqual(["connected", "reconnecting", "connected"]);
});

test("§6 watching ends with what the server says: expired with the token, ended where there is nothing to see", async () => {
  const { whiteboard } = await lesson(app);
  const short = watch(whiteboard, await tokenOf(1));
  const stranger = watch(whiteboard, await tokenOf(3_600, 77));
  await stranger.reaches("ended");
  expect(stranger.it.error?.codes).toEqual(["NOT_FOUND"]);
  await short.reaches("connected");
  app.clock.jumpTo(app.clock.now() + 2_000);
  await short.reaches("expired");
});

test("a network that goes without a word is noticed by pings that nobody answers", async () => {
  const line = await openForwarder(app.url);
  const token = await tokenOf();
  const connectionParams = { authorization: `Bearer ${token}` };
  const url = line.url.replace("http", "ws");
  const client = createSocketClient({
    url,
    connectionParams,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    keepAlive: 50,
  });
  closeOnPongTimeout(client, 1_000);
  const { whiteboard } = await lesson(app);
  const query = "subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { event } }";
  let told = 0;
  let answered = 0;
  client.on("pong", () => (answered += 1));
  const over = new Promise((resolve) =>
    client.subscribe(
      { query, variables: { whiteboard } },
      { next: () => (told += 1), error: resolve, complete: () => resolve(null) },
    ),
  );
  // With answers it lives longer than the patience for one.
  await expect.poll(() => answered, { timeout: 5_000 }).toBeGreaterThan(25);
  expect(told).toBe(1);
  line.hush();
  expect(await over).toMatchObject({ code: 4499 });
  line.close();
});
