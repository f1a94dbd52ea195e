import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.dispose());

const connect = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const heartbeat = "mutation ($id: ID!) { heartbeat(connectionId: $id) { open } }";

// Only a server can be held up by somebody else's transaction.
test.runIf(store === "postgresql")(
  "P13 a lock that another process keeps is UNAVAILABLE, and holds nobody for long",
  async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = (await student.get(connect, { whiteboard })).connect;
    const stuck = new pg.Client({ connectionString: app.store.settings.url });
    await stuck.connect();
    await stuck.query("begin");
    await stuck.query("select from whiteboard_sessions where id = $1 for update", [Number(whiteboard)]);
    expect(await student.code(heartbeat, { id })).toBe("UNAVAILABLE");
    expect(await student.code(connect, { whiteboard })).toBe("UNAVAILABLE");
    await stuck.query("rollback");
    await stuck.end();
    expect(await student.get(heartbeat, { id })).toEqual({ heartbeat: { open: true } });
  },
);
