import { randomBytes } from "node:crypto";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../src/database/client/open.ts";
import { erasePerson } from "../../../src/database/people/erase.ts";
import { exportPerson } from "../../../src/database/people/export.ts";
import { testApp } from "../../support/app.ts";
import { place, store } from "../../support/database.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import { silent } from "../../support/log.ts";
import { onServer } from "../../support/prepare-postgresql.ts";
import { beat, connect, end, jump, spans } from "../../support/presence.ts";

/** As docs/postgresql.md has it, for the one who migrates and the one who serves. */
const rights = (owner: string, server: string) => [
  `grant usage on schema public to ${server}`,
  `alter default privileges for role ${owner} in schema public grant select, insert, update, delete on tables to ${server}`,
  `alter default privileges for role ${owner} in schema public grant usage on sequences to ${server}`,
];

describe.runIf(store === "postgresql")("PostgreSQL", () => {
  test("one role migrates, and another that owns nothing serves, exports and erases", async () => {
    const { url: superuser } = inject("postgresql");
    const { settings, remove } = await place("empty");
    const target = new URL(settings.url!);
    const [owner, server] = ["owner", "server"].map(
      (name) => `rollcall_test_${name}_${randomBytes(6).toString("hex")}`,
    ) as [string, string];
    const password = randomBytes(12).toString("hex");
    const as = (role: string) => Object.assign(new URL(target), { username: role, password }).href;
    await onServer(superuser, ...[owner, server].map((role) => `create role ${role} login password '${password}'`));
    await onServer(superuser, `alter database ${target.pathname.slice(1)} owner to ${owner}`);
    onTestFinished(async () => {
      await remove();
      await onServer(superuser, `drop role ${owner}, ${server}`);
    });
    await onServer(as(owner), ...rights(owner, server));

    await expect(openDatabase({ url: as(server), log: silent })).rejects.toMatchObject({ code: "MIGRATION_FAILED" });
    await (await openDatabase({ url: as(owner), log: silent })).close();
    const database = await openDatabase({ url: as(server), log: silent });
    const app = await testApp({
      env: { RETENTION_DAYS: "1" },
      store: { database, settings, dispose: () => database.close() },
    });
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    await app.clock.advance(5_000);
    await beat(student, id);
    await app.clock.advance(60_000);
    expect(await spans(student, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:05 TIMED_OUT"]);
    const mark =
      'mutation ($id: ID!) { markAttendance(input: { sessionId: $id, studentStatus: LATE, notes: "n" }) { id } }';
    await tutor.get(mark, { id: sessionId });
    // The commands for one person, and retention, as the role that serves.
    jump(app, "17:00");
    await end(tutor, sessionId);
    app.clock.jumpTo(app.clock.now() + 86_400_000);
    expect(await app.app.services.maintenanceJobs.removeOldEvidence()).toBe(1);
    const { prisma } = database;
    expect(await exportPerson(prisma, STUDENT, new Date())).toMatchObject({ person: { name: "Sam Student" } });
    expect(await erasePerson(prisma, STUDENT, new Date(), true)).toMatchObject({ removed: { names: 1, markNotes: 1 } });
    await app.dispose();
    await database.close();
  });
});
