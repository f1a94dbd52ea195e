import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";
import { openLine } from "../../support/line.ts";
import { deferred } from "../../support/promises.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const MARK = "mutation ($id: ID!) { markAttendance(input: { sessionId: $id, tutorStatus: LATE }) { id } }";

describe.runIf(store === "postgresql")("one person's operations that all wait for one row", () => {
  test("§7 leave others' alone, and past 200 that wait there is RATE_LIMITED, over HTTP and WebSocket", async () => {
    const [here, there] = [await lesson(app), await lesson(app, { start: "18:00", end: "19:00" })];
    const over = deferred<void>();
    const locked = deferred<void>();
    const holding = app.store.database.prisma.$transaction(async (tx) => {
      await tx.$queryRaw`select id from sessions where id = ${Number(here.sessionId)} for update`;
      locked.resolve();
      await over.promise;
    });
    await locked.promise;

    const line = await openLine(here.tutor);
    const mark = async () => (await here.tutor.ask(MARK, { id: here.sessionId })).errors?.[0]?.extensions.code ?? "ok";
    const refused: string[] = [];
    const codes = Array.from({ length: 230 }, async () => {
      const code = await mark();
      if (code !== "ok") refused.push(code);
      return code;
    });
    await expect.poll(() => refused).toEqual(new Array(28).fill("RATE_LIMITED"));
    await expect(line.get(MARK, { id: here.sessionId })).rejects.toThrow("RATE_LIMITED");

    const asked = performance.now();
    await there.admin.get(MARK, { id: there.sessionId });
    await there.student.get("{ sessions { totalCount nodes { id } } }");
    expect(performance.now() - asked).toBeLessThan(1_000);

    over.resolve();
    await holding;
    expect((await Promise.all(codes)).filter((code) => code === "ok")).toHaveLength(202);
    expect(refused).toHaveLength(28);
  });
});
