import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openDatabase } from "../../../src/database/client/open.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";
import { silent } from "../../support/log.ts";
import { type OwnPostgreSQL, ownPostgreSQL } from "../../support/own-postgresql.ts";
import { connect, HEARTBEAT, spans, STATUS } from "../../support/presence.ts";

describe.runIf(store === "postgresql")("PostgreSQL is restarted under a running server", () => {
  let postgresql: OwnPostgreSQL;
  let app: TestApp;
  beforeAll(async () => {
    postgresql = await ownPostgreSQL();
    const settings = { url: postgresql.url, poolSize: 4, log: silent };
    const database = await openDatabase(settings);
    app = await testApp({ store: { database, settings, dispose: () => database.close() }, tolerance: 3_000 });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    await app.dispose();
    await app.store.dispose();
    postgresql.dispose();
  });
  const ready = async () => (await fetch(new URL("/health/ready", app.url))).status;

  test.each(["fast", "immediate"] as const)(
    "P13 stopped (%s) it is UNAVAILABLE and not ready; started again everything goes on by itself",
    async (mode) => {
      const { student, tutor, whiteboard, sessionId } = await lesson(app);
      const { id } = await connect(student, whiteboard);
      await app.clock.advance(2_000);
      expect(await ready()).toBe(200);

      const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
      postgresql.stop(mode);
      const mark = `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE }) { id } }`;
      const codes = [student.code(HEARTBEAT, { id }), student.code(STATUS, { whiteboard }), tutor.code(mark)];
      expect(await Promise.all(codes)).toEqual(["UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"]);
      await app.clock.advance(60_000);
      expect(await ready()).toBe(503);
      // Said once, not once a second, and no fault of ours among it.
      expect(logged).toHaveBeenCalledExactlyOnceWith("the database is away", expect.anything());

      postgresql.start();
      await app.clock.advance(1_000);
      expect(await ready()).toBe(200);
      expect(await student.get(HEARTBEAT, { id })).toMatchObject({ heartbeat: { open: true } });
      await tutor.get(mark);
      expect((await spans(student, whiteboard)).map((span) => span.split(" ").slice(4))).toEqual([["OUTAGE"], []]);
      await student.get("mutation ($id: ID!) { disconnect(connectionId: $id) { open } }", { id });
    },
  );
});
