import { afterAll, beforeAll, expect, test } from "vitest";
import { recount } from "../../src/database/recount.ts";
import { testApp, type TestApp } from "../support/app.ts";
import { lesson } from "../support/lesson.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const connect = "mutation ($room: ID!) { connect(input: { whiteboardSessionId: $room }) { id } }";
const heartbeat = "mutation ($id: ID!) { heartbeat(connectionId: $id) { open } }";
const disconnect = "mutation ($id: ID!) { disconnect(connectionId: $id) { open } }";

test("D6 every column can be computed from the spans again, and a wrong one is reported", async () => {
  const { tutor, student, room } = await lesson(app);
  const first = (await student.get(connect, { room })).connect.id as string;
  await tutor.get(connect, { room });
  await app.clock.advance(15_000);
  await student.get(heartbeat, { id: first });
  await student.get(disconnect, { id: first });
  const { prisma } = app.store.database;
  expect(await recount(prisma)).toEqual({ checked: 1, differences: [], notRecomputable: [] });

  await prisma.whiteboardSession.update({ where: { id: Number(room) }, data: { studentTotalActiveSeconds: 16 } });
  expect((await recount(prisma)).differences).toEqual([
    { whiteboardSessionId: Number(room), column: "student_total_active_seconds", stored: 16, computed: 15 },
  ]);
});
