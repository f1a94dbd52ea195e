import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isDatabaseAway } from "../../../src/database/client/errors.ts";
import { type Database, openDatabase } from "../../../src/database/client/open.ts";
import { store } from "../../support/database.ts";
import { type Forwarder, openForwarder } from "../../support/forwarder.ts";
import { silent } from "../../support/log.ts";
import { type OwnPostgreSQL, ownPostgreSQL } from "../../support/own-postgresql.ts";
import { onServer, rowsOn } from "../../support/prepare-postgresql.ts";
import { deferred } from "../../support/promises.ts";

const POOL = 4;

describe.runIf(store === "postgresql")("PostgreSQL and its standby", () => {
  let primary: OwnPostgreSQL;
  let standby: OwnPostgreSQL;
  let name: Forwarder;
  beforeAll(async () => {
    primary = await ownPostgreSQL();
    await (await openDatabase({ url: primary.url, log: silent })).close();
    standby = await primary.standby();
    name = await openForwarder(primary.url);
  });
  afterAll(() => {
    name.close();
    standby.dispose();
    primary.dispose();
  });

  test("a standby is refused", async () => {
    const { port } = new URL(standby.url);
    await expect(openDatabase({ url: standby.url, log: silent })).rejects.toMatchObject({
      code: "DATABASE_READ_ONLY",
      message: expect.stringMatching(new RegExp(`127.0.0.1:${port} is a standby.*at the primary`)) as unknown,
    });
  });

  test("a name that leads to a standby is the database being away, for reading too", async () => {
    const { prisma, close } = await openDatabase({ url: name.url, poolSize: 1, log: silent });
    name.leadTo(standby.url);
    await onServer(
      primary.url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rollcall'",
    );
    expect(isDatabaseAway(await failure(prisma.user.count()))).toBe(true);
    expect(isDatabaseAway(await failure(prisma.$transaction((tx) => tx.user.count())))).toBe(true);
    name.leadTo(primary.url);
    expect(await prisma.user.count()).toBe(0);
    await close();
  });

  test("after a statement or a transaction that found its server demoted no connection to that is kept", async () => {
    const database = await openDatabase({ url: name.url, poolSize: POOL, log: silent });
    const { prisma } = database;
    const data = { name: "Ann" };
    standby.promote();
    const swap = async (from: OwnPostgreSQL, to: OwnPostgreSQL, write: () => Promise<unknown>) => {
      expect(await seen(database, "port")).toEqual([new URL(from.url).port]);
      await setReadOnly(from, "on");
      await expect.poll(() => seen(database, "default_transaction_read_only")).toEqual(["on"]);
      name.leadTo(to.url);
      const inUse = deferred<void>();
      const reading = prisma.$transaction(async (tx) => {
        await tx.user.count();
        await inUse.promise;
      });
      expect(isDatabaseAway(await failure(write()))).toBe(true);
      inUse.resolve();
      await reading;
      expect(await seen(database, "port")).toEqual([new URL(to.url).port]);
      await prisma.user.create({ data });
      await setReadOnly(from, "off");
    };
    await swap(primary, standby, () => prisma.$transaction((tx) => tx.user.create({ data })));
    await onServer(primary.url, "alter system reset synchronous_standby_names", "select pg_reload_conf()");
    await swap(standby, primary, () => prisma.$executeRaw`update users set name = 'Bob'`);
    await database.close();
  });
});

/** What the connections of the pool answer, asked in parallel. */
async function seen({ prisma }: Database, setting: string): Promise<string[]> {
  const ask = () => prisma.$queryRaw<[{ value: string }]>`
    select current_setting(${setting}) as value, pg_sleep(0.05)::text`;
  const answers = await Promise.all(Array.from({ length: POOL }, ask));
  return [...new Set(answers.map(([row]) => row.value))];
}

async function setReadOnly({ url }: OwnPostgreSQL, value: "on" | "off"): Promise<void> {
  await onServer(url, `alter system set default_transaction_read_only = ${value}`, "select pg_reload_conf()");
  const setting = "default_transaction_read_only";
  await expect.poll(() => rowsOn(url, `show ${setting}`)).toEqual([{ [setting]: value }]);
}

const failure = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
