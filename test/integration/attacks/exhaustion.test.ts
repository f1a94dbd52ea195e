import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDatabase } from "../../../src/database/client/open.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { place, store } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";
import { silent } from "../../support/log.ts";
import { connect, DISCONNECT, HEARTBEAT, STATUS } from "../../support/presence.ts";
import { deferred } from "../../support/promises.ts";

const POOL = 2;

describe.runIf(store === "postgresql")("every connection of the pool is taken", () => {
  let app: TestApp;
  beforeAll(async () => {
    const { settings, remove } = await place("migrated");
    const own = { ...settings, poolSize: POOL, log: silent };
    const database = await openDatabase(own);
    app = await testApp({ store: { database, settings: own, dispose: () => database.close().finally(remove) } });
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await app.dispose();
    await app.store.dispose();
  });

  test("P13 queries, heartbeats and mutations are UNAVAILABLE after 2 s, and the server is not ready", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    const ready = async () => (await fetch(new URL("/health/ready", app.url))).status;
    const { prisma } = app.store.database;
    const over = deferred<void>();
    const taken = Array.from({ length: POOL }, () => deferred<void>());
    const holding = taken.map(({ resolve }) =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRaw`select id from whiteboard_sessions for share`;
        resolve();
        await over.promise;
      }),
    );
    await Promise.all(taken.map(({ promise }) => promise));

    const mark = `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE }) { id } }`;
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const asked = performance.now();
    const jobScheduler = app.clock.advance(1_000);
    const answers = [
      student.code(STATUS, { whiteboard }),
      student.code(HEARTBEAT, { id }),
      student.code(DISCONNECT, { id }),
      tutor.code(mark),
      tutor.code("{ sessions { totalCount nodes { id tutor { name } } } }"),
    ];
    expect(new Set(await Promise.all(answers))).toEqual(new Set(["UNAVAILABLE"]));
    // Two seconds for a connection; what a busy machine takes on top is its own affair.
    const took = performance.now() - asked;
    expect(took).toBeGreaterThan(1_500);
    expect(took).toBeLessThan(6_000);
    await expect.poll(ready).toBe(503);
    expect(logged).toHaveBeenCalledExactlyOnceWith("the database is away", expect.anything());

    over.resolve();
    await Promise.all([...holding, jobScheduler]);
    await app.clock.advance(1_000);
    expect(await ready()).toBe(200);
    expect(await student.get(HEARTBEAT, { id })).toMatchObject({ heartbeat: { open: true } });
    await tutor.get(mark);
  });
});
