import { expect, test } from "vitest";
import { checkIsolation } from "../../../src/database/client/server-check.ts";

type Given = Parameters<typeof checkIsolation>[0];

/** A database whose transactions run at that level, whatever they are asked for, as behind a proxy that overrides it. */
const runningAt = (level: string) => ({ $transaction: async () => [{ level }] }) as unknown as Given;

test("a database that runs transactions at another level than asked for is refused, by name", async () => {
  await expect(checkIsolation(runningAt("repeatable read"), 'database "lessons" on db:5432')).rejects.toMatchObject({
    code: "DATABASE_ISOLATION",
    message: expect.stringMatching(/"lessons" on db:5432 runs transactions as repeatable read/) as unknown,
  });
  await expect(checkIsolation(runningAt("read committed"), "database")).resolves.toBeUndefined();
});
