import { afterAll, beforeAll, expect, test } from "vitest";
import { SECRET, testApp, type TestApp } from "../../support/app.ts";
import { busyLesson } from "../../support/busy-lesson.ts";
import { fuzz } from "../../support/fuzz.ts";
import { recordLog } from "../../support/metrics.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? 20_250_101);
const FOR_MS = 3_000;

const recorded = recordLog();
let app: TestApp;
beforeAll(async () => {
  app = await testApp({ log: recorded.log, env: { LIMIT_SOCKETS: "100" } });
});
afterAll(() => app.dispose());

test(`§7 whatever is sent, every error has its code and none is a fault (seed ${seed})`, async () => {
  const { sessionId, whiteboard, connection, ...people } = await busyLesson(app);
  const { tutor, student, parent, admin, service } = people;
  const tokens = await Promise.all([tutor, student, parent, admin, service].map(({ token }) => token));
  const known = { ids: [sessionId, whiteboard, connection, "1", "2", "3"] };
  const { findings, seen } = await fuzz(
    { url: app.url, tokens: tokens as string[], known, secret: SECRET },
    seed,
    FOR_MS,
  );
  expect(findings).toEqual([]);
  expect(recorded.lines().filter(({ level }) => level === "error")).toEqual([]);
  // It got further than to the door.
  for (const what of ["ok", "BAD_USER_INPUT", "NOT_FOUND", "HTTP 400", "token: 200", "token: 401"])
    expect([...seen.keys()]).toContain(what);
  await expect.poll(() => [app.app.bus.topics, app.app.services.sockets.size]).toEqual([0, 0]);
});
