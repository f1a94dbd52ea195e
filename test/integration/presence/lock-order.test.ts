import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as write from "../../../src/database/presence/write.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import { deferred } from "../../support/promises.ts";

let app: TestApp;
let whiteboard: number;
beforeAll(async () => {
  app = await testApp();
  whiteboard = Number((await lesson(app)).whiteboard);
});
afterAll(() => app.dispose());

const row = (id: string, socketId = randomUUID()) =>
  ({ id, whiteboardSessionId: whiteboard, userId: STUDENT, role: "STUDENT", evidence: "LIVE", socketId }) as const;
const outcomes = async (...running: Promise<unknown>[]) =>
  (await Promise.allSettled(running)).map((each) => (each.status === "rejected" ? String(each.reason) : "done"));

/** Runs both while somebody holds the row in the middle, the second one after the first one waits for it. */
async function whileHeld(middle: string, first: () => Promise<unknown>, second: () => Promise<unknown>) {
  const { prisma } = app.store.database;
  const [held, go] = [deferred<void>(), deferred<void>()];
  const holding = prisma.$transaction(async (tx) => {
    await tx.$queryRawUnsafe("select id from connections where id = $1::uuid for update", middle);
    held.resolve();
    await go.promise;
  });
  await held.promise;
  const waiting = async () => {
    const sql = "select count(*)::int as waiting from pg_locks where not granted";
    return (await prisma.$queryRawUnsafe<{ waiting: number }[]>(sql))[0]!.waiting;
  };
  const one = first();
  await expect.poll(waiting).toBe(1);
  const both = outcomes(one, second());
  await new Promise((resolve) => setTimeout(resolve, 150));
  go.resolve();
  await holding;
  return both;
}

// One process on the embedded store has one connection: nobody waits for a row there.
describe.skipIf(store === "embedded")(
  "P4, P14 who locks several connections locks them in the order of their ids",
  () => {
    test("a drain that releases and a batch that takes over", async () => {
      const { prisma } = app.store.database;
      const [low, middle, high] = [randomUUID(), randomUUID(), randomUUID()].sort() as [string, string, string];
      const socketId = randomUUID();
      await write.insertConnections(
        prisma,
        [low, middle, high].map((id) => row(id, socketId)),
      );
      const own = (connectionId: string, owner = socketId) => ({ connectionId, socketId: owner });
      const both = await whileHeld(
        middle,
        () => write.release(prisma, [own(high), own(middle), own(low)], Date.now()),
        () => write.setOwners(prisma, [own(high, randomUUID()), own(low, randomUUID())]),
      );
      expect(both).toEqual(["done", "done"]);
    });
  },
);
