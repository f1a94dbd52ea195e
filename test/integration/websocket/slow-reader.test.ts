import { getIntrospectionQuery } from "graphql";
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

test("P11 a reader that stops reading is closed with 1013 past 1 MiB, and nobody else notices", async () => {
  const presence = "subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { event } }";
  const healthy = read(here.tutor.socket(), presence, { whiteboard: here.whiteboard }, "presence");
  expect(await healthy.next()).toEqual({ event: "SNAPSHOT" });

  const slow = new WebSocket(app.url.replace("http", "ws"), "graphql-transport-ws");
  await new Promise((resolve) => slow.once("open", resolve));
  const acknowledged = new Promise((resolve) => slow.once("message", resolve));
  slow.send(
    JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${await here.tutor.token}` } }),
  );
  await acknowledged;
  expect(app.app.services.sockets.size).toBe(2);
  const closed = new Promise<number>((resolve) => slow.once("close", resolve));
  slow.pause();
  // Some 25 MB of answers: more than the system's own buffers take.
  const query = getIntrospectionQuery();
  for (let id = 0; id < 500; id += 1)
    slow.send(JSON.stringify({ id: String(id), type: "subscribe", payload: { query } }));
  await expect.poll(() => app.app.services.sockets.size, { timeout: 10_000 }).toBe(1);
  slow.resume();
  // Who reads again only after it was cut off sees the connection end, not the code.
  expect([1013, 1006]).toContain(await closed);

  await here.student.get(
    "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }",
    {
      whiteboard: here.whiteboard,
    },
  );
  expect(await healthy.next()).toEqual({ event: "CONNECTED" });
});
