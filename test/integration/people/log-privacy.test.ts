import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../../src/log.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.dispose());

/** What a database error looks like in the log. */
async function logged(attempt: PromiseLike<unknown>): Promise<Record<string, unknown>> {
  const error = await Promise.resolve(attempt).then(
    () => expect.unreachable(),
    (reason: unknown) => reason,
  );
  const lines: string[] = [];
  createLogger("info", { write: (line: string) => void lines.push(line) }).error({ err: error }, "it failed");
  expect(lines.join("")).not.toMatch(/hunter2|2024-13/);
  const { err } = JSON.parse(lines[0]!) as { err: Record<string, unknown> };
  expect(err["stack"]).toContain("at ");
  return err;
}

test("an error of the database is logged by its code, without the values that its words quote", async () => {
  const { prisma } = db.database;
  const note = "hunter2 was ill";
  const quoting = [
    logged(prisma.$queryRawUnsafe("select $1::text::int", note)),
    logged(prisma.$queryRawUnsafe("select $1::text::jsonb", note)),
    logged(prisma.$queryRawUnsafe("select $1::text::timestamptz", "2024-13-41 hunter2")),
    logged(prisma.$queryRawUnsafe("do $$ begin raise exception 'hunter2'; end $$")),
  ];
  for (const each of quoting) expect((await each)["message"]).toBe("the words are left out: they may quote a value");
  expect((await quoting[0])!["sqlState"]).toBe("22P02");

  const user = { id: 1, name: note };
  await prisma.user.create({ data: user });
  // Rows and keys are in the details, which are left out; tables and constraints are named.
  const insert = "insert into users (id, name) values ($1::int, $2::text)";
  expect((await logged(prisma.$executeRawUnsafe(insert, 1, note)))["message"]).toMatch(/unique|Unique/);
  await logged(prisma.user.create({ data: user }));
  await logged(prisma.$executeRawUnsafe(insert, 2, "hunter2".repeat(100)));
  await logged(prisma.$executeRawUnsafe(insert, null, note));
  await logged(prisma.user.create({ data: { id: note as never, name: note } }));
});
