import { afterEach, describe, expect, test } from "vitest";
import { checkServer } from "../../../src/database/client/server-check.ts";
import { StartupError } from "../../../src/startup-error.ts";
import { store, type TestDatabase, testDatabase } from "../../support/database.ts";
import { silent } from "../../support/log.ts";
import { onServer } from "../../support/prepare-postgresql.ts";
import { openDatabase } from "../../../src/database/client/open.ts";

const opened: TestDatabase[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.dispose();
});
async function migrated(): Promise<TestDatabase & { url: string }> {
  const db = await testDatabase();
  opened.push(db);
  return { ...db, url: db.settings.url ?? "" };
}
const nameOf = (url: string) => new URL(url).pathname.slice(1);
const refusal = (settings: Parameters<typeof openDatabase>[0]) =>
  openDatabase(settings).then(
    () => expect.unreachable(),
    (error: unknown) => error as StartupError,
  );

describe.runIf(store === "postgresql")("PostgreSQL", () => {
  test("a server that isn't there is named, without the password", async () => {
    const error = await refusal({ url: "postgresql://ann:s3cret@127.0.0.1:1/lessons", log: silent });
    expect(error).toBeInstanceOf(StartupError);
    expect(error.code).toBe("DATABASE_UNREACHABLE");
    expect(error.message).toMatch(/"lessons" on 127\.0\.0\.1:1: connect ECONNREFUSED/);
    expect(error.message).not.toContain("s3cret");
  });

  test("neither a database that doesn't exist nor a text that is no URL is taken", async () => {
    const { url } = await migrated();
    const missing = await refusal({ url: url.replace(nameOf(url), "no_such_database"), log: silent });
    expect(missing).toMatchObject({
      code: "DATABASE_UNREACHABLE",
      message: expect.stringMatching(/does not exist/) as unknown,
    });
    expect(await refusal({ url: "lessons", log: silent })).toMatchObject({ code: "DATABASE_UNREACHABLE" });
  });

  test("a read-only database and one in another encoding are refused", async () => {
    const { url } = await migrated();
    await onServer(url, `alter database ${nameOf(url)} set default_transaction_read_only = on`);
    expect(await refusal({ url, log: silent })).toMatchObject({ code: "DATABASE_READ_ONLY" });

    const latin = `${nameOf(url)}_latin`;
    await onServer(
      url,
      "set default_transaction_read_only = off",
      `create database ${latin} template template0 encoding 'LATIN1' locale 'C'`,
    );
    const error = await refusal({ url: url.replace(nameOf(url), latin), log: silent });
    await onServer(url, "set default_transaction_read_only = off", `drop database ${latin} with (force)`);
    expect(error).toMatchObject({ code: "DATABASE_ENCODING", message: expect.stringContaining("LATIN1") as unknown });
  });

  test.each([
    [{ version: 140_011, release: "14.11" }, "DATABASE_TOO_OLD"],
    [{ standby: true, readOnly: true }, "DATABASE_READ_ONLY"],
  ])("a server with %o is refused as %s", async (facts, code) => {
    const server = { version: 150_000, release: "15.0", standby: false, readOnly: false, encoding: "UTF8", ...facts };
    const pool = { query: async () => ({ rows: [server] }) } as unknown as Parameters<typeof checkServer>[0];
    await expect(checkServer(pool, "postgresql://db.example/lessons")).rejects.toMatchObject({ code });
  });
});

describe.runIf(store === "embedded")("embedded", () => {
  test("a second server on the same data directory is refused, and welcome after the first has closed", async () => {
    const { database, settings } = await migrated();
    expect(await refusal(settings)).toMatchObject({
      code: "DATA_DIRECTORY_IN_USE",
      message: expect.stringContaining(`Process ${process.pid} `) as unknown,
    });
    expect(await database.prisma.user.count()).toBe(0);
    await database.close();
    const second = await openDatabase(settings);
    await second.close();
  });

  test("a data directory that is none is refused by name", async () => {
    const file = new URL(import.meta.url).pathname;
    expect(await refusal({ dataDir: file, log: silent })).toMatchObject({
      code: "DATA_DIRECTORY_UNUSABLE",
      message: expect.stringContaining(file) as unknown,
    });
  });
});
