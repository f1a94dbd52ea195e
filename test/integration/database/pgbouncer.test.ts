import { readMigrations } from "../../../src/database/migrations/engine.ts";
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { isDatabaseAway } from "../../../src/database/client/errors.ts";
import { type Database, openDatabase } from "../../../src/database/client/open.ts";
import type { StartupError } from "../../../src/startup-error.ts";
import { testApp } from "../../support/app.ts";
import { place, store } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";
import { silent } from "../../support/log.ts";
import { type OwnPgBouncer, ownPgBouncer } from "../../support/own-pgbouncer.ts";
import { onServer, rowsOn } from "../../support/prepare-postgresql.ts";
import { beat, connect, DISCONNECT, HEARTBEAT, STATUS, spans, status, watch } from "../../support/presence.ts";

const BACKENDS = 3;
/** As docs/postgresql.md has it. */
const PREPARED = [
  "set timezone = 'UTC'",
  "set lock_timeout = '2s'",
  "set statement_timeout = '9s'",
  "set idle_in_transaction_session_timeout = '10s'",
];
const role = `rollcall_test_${randomBytes(6).toString("hex")}`;

/** Behind a PgBouncer in transaction mode, a database that is empty at first and belongs to a role of its own. */
describe.runIf(store === "postgresql")("PgBouncer in transaction mode", () => {
  let server: string;
  let remove: () => Promise<void>;
  let bouncer: OwnPgBouncer;
  let url: string;
  beforeAll(async () => {
    const { url: superuser } = inject("postgresql");
    const empty = await place("empty");
    server = empty.settings.url!;
    const name = new URL(server).pathname.slice(1);
    const password = randomBytes(12).toString("hex");
    await onServer(
      superuser,
      `create role ${role} login password '${password}'`,
      `alter database ${name} owner to ${role}`,
    );
    remove = async () => {
      await empty.remove();
      await onServer(superuser, `drop role ${role}`);
    };
    const asRole = new URL(server);
    asRole.username = role;
    asRole.password = password;
    await onServer(superuser, ...PREPARED.map((setting) => `alter role ${role} ${setting}`));
    bouncer = await ownPgBouncer(asRole.href, BACKENDS);
    url = `${bouncer.url}?pgbouncer=true`;
  });
  afterAll(async () => {
    bouncer.dispose();
    await remove();
  });

  /** Changes the role and lets PgBouncer forget what it knew of it. */
  const alterRole = async (...settings: string[]) => {
    await onServer(server, ...settings.map((setting) => `alter role ${role} ${setting}`));
    await bouncer.console("reconnect");
  };
  const open = async (warn: (facts: object) => void = () => expect.unreachable()): Promise<Database> => {
    const database = await openDatabase({ url, poolSize: 8, log: { ...silent, warn } });
    onTestFinished(() => database.close());
    return database;
  };
  const refusal = (target: string) =>
    openDatabase({ url: target, log: silent }).then(
      () => expect.unreachable(),
      (error: unknown) => error as StartupError,
    );

  test("without pgbouncer=true a start is refused, and the flag named", async () => {
    expect(await refusal(bouncer.url)).toMatchObject({
      code: "DATABASE_POOLER",
      message: expect.stringMatching(/unsupported startup parameter.*Add pgbouncer=true to DATABASE_URL/) as unknown,
    });
  });

  test("without it a PgBouncer that drops the options in silence is found out as well", async () => {
    await bouncer.console("set ignore_startup_parameters = 'options'");
    expect(await refusal(bouncer.url)).toMatchObject({
      code: "DATABASE_POOLER",
      message: expect.stringContaining("Add pgbouncer=true") as unknown,
    });
    await bouncer.console("set ignore_startup_parameters = ''");
  });

  test("[D3] a role in another zone than UTC is refused, and the statement that helps does", async () => {
    await alterRole("set timezone = 'Asia/Kolkata'");
    const error = await refusal(url);
    expect(error.code).toBe("DATABASE_CLOCK");
    expect(error.message).toContain("Asia/Kolkata");
    await onServer(server, /"(alter role .*)"/.exec(error.message)![1]!);
    await bouncer.console("reconnect");
    await open();
  });

  test("a role without limits is warned of, and the statements that help do", async () => {
    await alterRole("reset lock_timeout", "reset statement_timeout");
    const warnings: { run?: string }[] = [];
    await open((facts) => warnings.push(facts));
    expect(warnings).toMatchObject([
      { run: expect.stringContaining(`alter role ${role} set lock_timeout`) as unknown },
    ]);
    await onServer(server, warnings[0]!.run!);
    await bouncer.console("reconnect");
    await open();
  });

  test("two that start at once on an empty database migrate it once", async () => {
    await onServer(server, "drop schema public cascade", `create schema public authorization ${role}`);
    const applied = (await Promise.all([open(), open()])).map((database) => database.applied.length);
    expect(applied.sort()).toEqual([0, readMigrations().length]);
  });

  test("a whole lesson goes over a few shared connections", async () => {
    const database = await open();
    const app = await testApp({ store: { database, settings: { url, log: silent }, dispose: async () => {} } });
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    const changes = watch(tutor.socket(), whiteboard);
    expect((await changes.next()).event).toBe("SNAPSHOT");
    const all = await Promise.all(Array.from({ length: 12 }, () => connect(student, whiteboard)));
    expect((await status(tutor, whiteboard)).student.openConnections).toBe(12);
    await app.clock.advance(10_000);
    const rounds = [1, 2, 3, 4, 5].flatMap(() => all.map(({ id }) => beat(student, id)));
    expect(new Set((await Promise.all(rounds)).map(({ lastActivityAt }) => lastActivityAt))).toEqual(
      new Set(["15:00:10"]),
    );
    const sessions = "select pid from pg_stat_activity where usename = $1 and datname = current_database()";
    expect((await rowsOn(server, sessions, role)).length).toBeLessThanOrEqual(BACKENDS);
    await app.clock.advance(37_000);
    await expect
      .poll(() => changes.waiting.at(-1))
      .toMatchObject({ event: "TIMED_OUT", student: { connected: false } });
    expect(new Set(await spans(student, whiteboard))).toEqual(new Set(["STUDENT 15:00:00 - 15:00:10 TIMED_OUT"]));
    app.clock.jumpTo(app.clock.at("17:00"));
    const mark = "mutation ($id: ID!) { markAttendance(input: { sessionId: $id, studentStatus: LATE }) { id } }";
    await tutor.get(mark, { id: sessionId });
    await app.dispose();
  });

  test("without a backend to be had everything is UNAVAILABLE, and works again when there is one", async () => {
    const database = await open();
    const app = await testApp({ store: { database, settings: { url, log: silent }, dispose: async () => {} } });
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    const held = await Promise.all(Array.from({ length: BACKENDS }, () => hold(bouncer.url)));
    const codes = [
      student.code(HEARTBEAT, { id }),
      student.code(STATUS, { whiteboard }),
      student.code(DISCONNECT, { id }),
    ];
    expect(await Promise.all(codes)).toEqual(["UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"]);
    for (const client of held) await client.end();
    await expect.poll(() => student.ask(HEARTBEAT, { id })).toMatchObject({ data: { heartbeat: { open: true } } });
    await app.dispose();
  });

  test("[D3] a connection keeps the zone that it was checked in, whatever backend comes next; a new one is checked again", async () => {
    const { prisma } = await open();
    await prisma.user.count();
    await alterRole("set timezone = 'Asia/Kolkata'");
    const [row] = await prisma.$queryRaw<{ zone: string }[]>`select current_setting('TimeZone') as zone`;
    expect(row).toEqual({ zone: "UTC" });
    const inParallel = await Promise.allSettled([1, 2, 3].map(() => prisma.$queryRaw`select pg_sleep(0.2)::text`));
    expect(inParallel.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    for (const one of inParallel) if (one.status === "rejected") expect(isDatabaseAway(one.reason)).toBe(true);
    await alterRole("set timezone = 'UTC'");
  });
});

/** A client in the middle of a transaction. */
async function hold(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin");
  return client;
}
