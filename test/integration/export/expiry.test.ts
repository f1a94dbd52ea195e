import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import { SECRET, testApp, type TestApp } from "../../support/app.ts";
import { lesson, PARENT, STUDENT, TUTOR } from "../../support/lesson.ts";

const MANY = 20_000;

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await lesson(app);
  await app.store.database.prisma.$executeRawUnsafe(
    `insert into sessions (tutor_id, student_id, scheduled_start, scheduled_end, title)
     select ${TUTOR}, ${STUDENT}, at, at + interval '1 hour', repeat('x', 200)
     from generate_series(1, ${MANY}) as n, lateral (select timestamptz '2031-01-01Z' + n * interval '1 hour' as at) as times`,
  );
});
afterAll(() => app.dispose());

/** A download that is not read before `rest` is asked for: more than the system's own buffers take. */
async function begin(token: string) {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString()));
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => undefined);
  const begun = once(socket, "data");
  socket.write(`GET /sessions.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);
  await begun;
  socket.pause();
  return {
    async rest() {
      socket.resume();
      await closed;
      const rows = text.split("x".repeat(200)).length - 1;
      return { rows, whole: text.endsWith("0\r\n\r\n") };
    },
  };
}

test("§6 a download ends with its token, and does not look as if it were whole", async () => {
  const wish = { secret: SECRET, user: TUTOR, roles: ["tutor"] as const, expiresInSeconds: 2, now: app.clock.now() };
  const download = await begin(await issueDevelopmentToken(wish));
  app.clock.jumpTo(app.clock.now() + 2_000);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const { rows, whole } = await download.rest();
  expect(whole).toBe(false);
  expect(rows).toBeGreaterThan(0);
  expect(rows).toBeLessThan(MANY);
});

test("§6 a download goes no further than the parent's link to the child", async () => {
  const token = await app.as(PARENT, "parent").token;
  const download = await begin(token ?? "");
  const set = (parents: string) =>
    app
      .as(8, "admin")
      .get(`mutation { upsertUser(input: { id: ${STUDENT}, name: "Sam", parentIds: ${parents} }) { id } }`);
  await set("[]");
  const { rows } = await download.rest();
  expect(rows).toBeGreaterThan(0);
  expect(rows).toBeLessThan(MANY);
  await set(`[${PARENT}]`);
});
