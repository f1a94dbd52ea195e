import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { MAX_OPEN_CONNECTIONS } from "../../../src/services/presence/connect-policy.ts";
import { rawSocket } from "../../support/raw-socket.ts";

const FOR_MS = 1_500;
const AT_ONCE = 10;
const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
  const variables = { whiteboard: here.whiteboard };
  for (let open = 0; open < MAX_OPEN_CONNECTIONS; open += 1) await here.student.get(CONNECT, variables);
});
afterAll(() => app.dispose());

/** How often something is refused that is asked for again and again, beside somebody else: who is alone keeps nobody waiting. */
async function refusals(ask: () => Promise<string | undefined>): Promise<number> {
  const began = performance.now();
  let refused = 0;
  const again = async () => {
    while (performance.now() - began < FOR_MS) {
      expect(await ask()).toBe("RATE_LIMITED");
      refused += 1;
    }
  };
  const beside = async () => {
    while (performance.now() - began < FOR_MS) {
      await here.tutor.get("{ me { id } }");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await Promise.all([beside(), ...Array.from({ length: AT_ONCE }, again)]);
  // So many in a second, and those that were under way already.
  expect(refused).toBeLessThan(20 * ((performance.now() - began) / 1_000) + AT_ONCE);
  return refused;
}

test("§7 whoever is told that it is too much, and goes on, is answered some twenty times a second over HTTP", async () => {
  const ask = () => here.student.code(CONNECT, { whiteboard: here.whiteboard });
  expect(await refusals(ask)).toBeGreaterThan(AT_ONCE);
});

test("§7 the same over WebSocket", async () => {
  const socket = await rawSocket(app.url);
  await socket.hello(await here.student.token);
  const waiting = new Map<string, (code: string | undefined) => void>();
  socket.socket.on("message", (data: Buffer) => {
    const { id, type, payload } = JSON.parse(data.toString()) as {
      id: string;
      type: string;
      payload: { errors?: { extensions: { code: string } }[] };
    };
    if (type === "next") waiting.get(id)?.(payload.errors?.[0]?.extensions.code);
  });
  let asked = 0;
  const ask = () =>
    new Promise<string | undefined>((resolve) => {
      const id = String((asked += 1));
      waiting.set(id, resolve);
      socket.send({ id, type: "subscribe", payload: { query: CONNECT, variables: { whiteboard: here.whiteboard } } });
    });
  expect(await refusals(ask)).toBeGreaterThan(AT_ONCE);
  socket.socket.terminate();
});
