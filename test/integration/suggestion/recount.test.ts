import { afterAll, beforeAll, expect, test } from "vitest";
import { recount } from "../../../src/database/presence/recount.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson } from "../../support/lesson.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const connect = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const heartbeat = "mutation ($id: ID!) { heartbeat(connectionId: $id) { open } }";
const disconnect = "mutation ($id: ID!) { disconnect(connectionId: $id) { open } }";

test("D6 every column can be computed from the spans again, and a wrong one is reported", async () => {
  const { tutor, student, whiteboard } = await lesson(app);
  const first = (await student.get(connect, { whiteboard })).connect.id as string;
  await tutor.get(connect, { whiteboard });
  await app.clock.advance(15_000);
  await student.get(heartbeat, { id: first });
  await student.get(disconnect, { id: first });
  const { prisma } = app.store.database;
  expect(await recount(prisma)).toEqual({ checked: 1, differences: [], notRecomputable: [] });

  await prisma.whiteboardSession.update({ where: { id: Number(whiteboard) }, data: { studentTotalActiveSeconds: 16 } });
  expect((await recount(prisma)).differences).toEqual([
    { whiteboardSessionId: Number(whiteboard), column: "student_total_active_seconds", stored: 16, computed: 15 },
  ]);
});

test("D6 P15 an open connection that was reported without a lease is no difference, and a wrong total of it is one", async () => {
  const { service, whiteboard } = await lesson(app);
  const { prisma } = app.store.database;
  const at = (seconds: number) => new Date(app.clock.now() + seconds * 1_000).toISOString();
  const report = (events: object[]) =>
    service.get(
      `mutation ($whiteboard: ID!, $events: [ConnectionEventInput!]!) {
        recordConnectionEvents(whiteboardSessionId: $whiteboard, events: $events, evidence: INTERVALS) { version } }`,
      { whiteboard, events },
    );
  const event = (id: number, kind: string, seconds: number) => {
    return { connectionId: `00000000-0000-4000-8000-00000000000${id}`, userId: 2, kind, at: at(seconds) };
  };
  await report([event(1, "CONNECT", -600), event(2, "CONNECT", -500), event(2, "DISCONNECT", -400)]);
  const stored = () => prisma.whiteboardSession.findUniqueOrThrow({ where: { id: Number(whiteboard) } });
  expect((await stored()).studentTotalActiveSeconds).toBe(600);
  const differences = async () =>
    (await recount(prisma)).differences.filter(({ whiteboardSessionId }) => whiteboardSessionId === Number(whiteboard));
  expect(await differences()).toEqual([]);
  // Less than what has closed: not a total that lags behind.
  await prisma.whiteboardSession.update({ where: { id: Number(whiteboard) }, data: { studentTotalActiveSeconds: 99 } });
  expect(await differences()).toMatchObject([{ column: "student_total_active_seconds", stored: 99 }]);
  await report([event(1, "DISCONNECT", -300)]);
  expect((await stored()).studentTotalActiveSeconds).toBe(300);
  expect(await differences()).toEqual([]);
});
