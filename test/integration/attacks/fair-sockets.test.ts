import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { rawSocket } from "../../support/raw-socket.ts";

const SOCKETS = 10;
let app: TestApp;
beforeAll(async () => {
  app = await testApp({ env: { LIMIT_SOCKETS: `${SOCKETS}` } });
});
afterAll(() => app.dispose());

/** What a new socket of theirs is told first: the answer to its hello, or how it was closed. */
async function come({ token }: Caller): Promise<{ told: string; go: () => void }> {
  const { send, socket, waiting, closed } = await rawSocket(app.url);
  const answered = new Promise<string>((resolve) => {
    socket.on("message", () => resolve(waiting[0] ?? ""));
    void closed.then(({ code }) => resolve(`closed with ${code}`));
  });
  send({ type: "connection_init", payload: { authorization: `Bearer ${await token}` } });
  return { told: await answered, go: () => socket.terminate() };
}

const ACK = '{"type":"connection_ack"}';

test("§7 of sockets that come at once no more than LIMIT_SOCKETS are taken in", async () => {
  const came = await Promise.all(Array.from({ length: 2 * SOCKETS }, () => come(app.as(1, "student"))));
  const told = came.map((each) => each.told).sort();
  expect(told).toEqual([...Array<string>(SOCKETS).fill("closed with 1013"), ...Array<string>(SOCKETS).fill(ACK)]);
  came.forEach(({ go }) => go());
  await expect.poll(() => app.app.services.sockets.size).toBe(0);
});

test("§7 whoever comes and goes again and again is taken in two hundred times a second, others at once", async () => {
  const FOR_MS = 1_000;
  const [hasty, other] = [app.as(2, "student"), app.as(3, "student")];
  const began = performance.now();
  let [theirs, others] = [0, 0];
  const again = async () => {
    while (performance.now() - began < FOR_MS) {
      const { told, go } = await come(hasty);
      if (told === ACK) theirs += 1;
      go();
    }
  };
  // Beside somebody else: who is alone keeps nobody waiting.
  const beside = async () => {
    while (performance.now() - began < FOR_MS) {
      const { told, go } = await come(other);
      expect(told).toBe(ACK);
      others += 1;
      go();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await Promise.all([beside(), ...Array.from({ length: 9 }, again)]);
  expect(theirs).toBeGreaterThan(20);
  expect(theirs).toBeLessThan(0.2 * (performance.now() - began) + 30);
  expect(others).toBeGreaterThan(3);
});
