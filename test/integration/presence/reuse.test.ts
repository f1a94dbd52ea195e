import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { read } from "../../support/reader.ts";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
});
afterAll(() => app.dispose());

test("P11 an id that is used again while its last operation starts leaves nothing behind", async () => {
  const socket = new WebSocket(app.url.replace("http", "ws"), "graphql-transport-ws");
  await new Promise((resolve) => socket.once("open", resolve));
  const acknowledged = new Promise((resolve) => socket.once("message", resolve));
  socket.send(
    JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${await here.tutor.token}` } }),
  );
  await acknowledged;
  const query = `subscription { presence(whiteboardSessionId: ${here.whiteboard}) { event } }`;
  for (let each = 0; each < 5; each += 1) {
    socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
    socket.send(JSON.stringify({ id: "1", type: "complete" }));
  }
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
  // Which of them graphql-ws keeps is up to what starts first. All have been begun once this is answered.
  const begun = new Promise<void>((resolve) =>
    socket.on("message", (data: Buffer) => data.includes('"id":"2","type":"complete"') && resolve()),
  );
  socket.send(JSON.stringify({ id: "2", type: "subscribe", payload: { query: "{ __typename }" } }));
  await begun;
  await new Promise((resolve) => setTimeout(resolve, 300));
  socket.close();
  await expect.poll(() => app.app.bus.topics).toBe(0);
  await expect.poll(() => app.app.services.sockets.size).toBe(0);
});

test("P9 who disconnects the connection that they attend by has left: the subscription ends", async () => {
  const client = here.student.socket();
  const attend = "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { connectionId event } }";
  const reader = read(client, attend, { whiteboard: here.whiteboard }, "attend");
  const { connectionId } = await reader.next();
  const disconnect = "mutation ($id: ID!) { disconnect(connectionId: $id) { open } }";
  const left = read(client, disconnect, { id: connectionId }, "disconnect");
  expect(await left.next()).toEqual({ open: false });
  expect(await reader.next()).toMatchObject({ event: "DISCONNECTED" });
  await reader.ended();
  const status =
    "query ($whiteboard: ID!) { connectionStatus(whiteboardSessionId: $whiteboard) { student { connected } } }";
  expect((await here.tutor.get(status, { whiteboard: here.whiteboard })).connectionStatus.student.connected).toBe(
    false,
  );
});
