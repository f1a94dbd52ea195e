import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isDatabaseAway, troubleOf } from "../../../src/database/client/errors.ts";
import { poolAdapter } from "../../../src/database/client/pool-adapter.ts";
import { openPool } from "../../../src/database/client/postgresql.ts";
import { PrismaClient } from "../../../src/generated/prisma/client.ts";
import { store, type TestDatabase, testDatabase } from "../../support/database.ts";
import { onServer } from "../../support/prepare-postgresql.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.dispose());

const failure = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

test("what a statement does wrong is not the database being away", async () => {
  const { prisma } = db.database;
  const errors = [
    await failure(prisma.$queryRaw`select nonsense`),
    await failure(prisma.$queryRaw`select 1 / ${0}::int`),
    await failure(prisma.session.update({ where: { id: 1 }, data: { title: "x" } })),
    await failure(prisma.tokenPerson.createMany({ data: [1, 1].map((id) => ({ id, name: "Ann" })) })),
  ];
  expect(errors.map(isDatabaseAway)).toEqual([false, false, false, false]);
});

test("a transaction that took too long concerns its rows alone; one that could not begin found the database away", async () => {
  const { prisma } = db.database;
  const slow = (tx: Pick<typeof prisma, "$queryRaw">) => tx.$queryRaw`select 1 from pg_sleep(0.1)`;
  const work = async (tx: Pick<typeof prisma, "$queryRaw">) => (await slow(tx), slow(tx));
  const tooLong = await failure(prisma.$transaction(work, { timeout: 50 }));
  expect(tooLong).toMatchObject({ code: "P2028" });
  expect(troubleOf(tooLong)).toBe("busy");
  expect(isDatabaseAway(tooLong)).toBe(true);
  expect(troubleOf({ code: "P2028", message: "Unable to start a transaction in the given time." })).toBe("away");
});

test("a database that was closed is away", async () => {
  const { database, dispose } = await testDatabase();
  await database.close();
  expect(isDatabaseAway(await failure(database.prisma.user.count()))).toBe(true);
  expect(isDatabaseAway(await failure(database.prisma.$transaction((tx) => tx.user.count())))).toBe(true);
  await dispose();
});

describe.runIf(store === "postgresql")("PostgreSQL", () => {
  const url = () => db.settings.url!;
  const endConnections = () =>
    onServer(
      url(),
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );

  async function connected(target: string, size: number, use: (prisma: PrismaClient) => Promise<void>) {
    const pool = openPool(target, size, 1_000, () => {});
    await use(new PrismaClient({ adapter: poolAdapter(pool, target) }));
    await pool.end();
  }

  test("connections that the server ends are away for a moment, and the process lives on", async () => {
    const { prisma } = db.database;
    const asleep = failure(prisma.$queryRaw`select pg_sleep(5)::text`);
    const inTransaction = failure(prisma.$transaction(async (tx) => tx.$queryRaw`select pg_sleep(5)::text`));
    await expect
      .poll(
        () =>
          prisma.$queryRaw`select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
      )
      .toHaveLength(2);
    await endConnections();
    expect([await asleep, await inTransaction].map(isDatabaseAway)).toEqual([true, true]);
    await expect.poll(() => prisma.user.count().catch(() => "away")).toBe(0);
  });

  test("a transaction whose connection breaks between two statements is away", async () => {
    const error = await failure(
      db.database.prisma.$transaction(async (tx) => {
        await tx.user.count();
        await endConnections();
        await tx.user.count();
      }),
    );
    expect(isDatabaseAway(error)).toBe(true);
  });

  test.each(["127.0.0.1", "localhost"])("nobody listens on %s: away at once", async (host) => {
    await connected(`postgresql://ann@${host}:1/lessons`, 1, async (prisma) => {
      expect(isDatabaseAway(await failure(prisma.user.count()))).toBe(true);
      expect(isDatabaseAway(await failure(prisma.$queryRaw`select 1`))).toBe(true);
      expect(isDatabaseAway(await failure(prisma.$transaction((tx) => tx.user.count())))).toBe(true);
    });
  });

  test("a server that never answers is away after two seconds", async () => {
    const silent = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    await connected(`postgresql://ann@127.0.0.1:${port}/lessons`, 1, async (prisma) => {
      const before = performance.now();
      expect(isDatabaseAway(await failure(prisma.user.count()))).toBe(true);
      expect(performance.now() - before).toBeLessThan(3_500);
    });
    silent.close();
  });

  test("no connection free within two seconds, and no answer within the limit, are away", async () => {
    await connected(url(), 1, async (prisma) => {
      const slow = failure(prisma.$queryRaw`select pg_sleep(3)::text`);
      expect(isDatabaseAway(await failure(prisma.$transaction((tx) => tx.user.count(), { maxWait: 300 })))).toBe(true);
      expect(isDatabaseAway(await slow)).toBe(true);
      expect(await prisma.user.count()).toBe(0);
    });
  });
});
