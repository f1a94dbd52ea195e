import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { isDatabaseAway } from "../../../src/database/client/errors.ts";
import { openDatabase } from "../../../src/database/client/open.ts";
import { place, store } from "../../support/database.ts";

test.runIf(store === "embedded")(
  "a store that another process has taken answers nothing, and is left alone when it is closed",
  async () => {
    const { settings, remove } = await place("migrated");
    const onTaken = vi.fn();
    const { prisma, close } = await openDatabase({ ...settings, onTaken });
    const failure = (attempt: PromiseLike<unknown>) =>
      Promise.resolve(attempt).then(
        () => null,
        (error: unknown) => error,
      );
    const insideTransaction = prisma.$transaction(async (tx) => {
      await tx.user.create({ data: { id: 1, name: "Ann" } });
      // What the next holder does before it opens the database.
      const lock = readdirSync(settings.dataDir!).find((file) => file.startsWith("lock-"))!;
      rmSync(join(settings.dataDir!, lock));
    });
    expect(isDatabaseAway(await failure(insideTransaction))).toBe(true);
    expect(onTaken).toHaveBeenCalled();
    expect(isDatabaseAway(await failure(prisma.user.count()))).toBe(true);
    expect(await failure(close())).toMatchObject({ code: "DATABASE_DIRECTORY_TAKEN" });
    await remove();
  },
);
