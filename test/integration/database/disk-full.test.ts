import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireDiskSpace } from "../../../src/database/client/disk.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store, testDatabase } from "../../support/database.ts";

describe.runIf(store === "embedded" && process.platform === "linux")("a disk that is full", () => {
  const logged: string[] = [];
  const note = (details: object, message: string) => void logged.push(`${message} ${JSON.stringify(details)}`);
  const log = { debug: () => {}, info: note, warn: note, error: note };
  let app: TestApp;
  let directory = tmpdir();
  beforeAll(async () => {
    const real = await testDatabase();
    // /proc is a file system without a free byte.
    const database = { ...real.database, requireSpace: () => requireDiskSpace(directory) };
    app = await testApp({ store: { ...real, database }, log });
  });
  afterAll(async () => {
    await app.dispose();
    await app.store.dispose();
  });
  const ready = async () => {
    const response = await fetch(new URL("/health/ready", app.url));
    return [response.status, await response.json()];
  };

  test("readiness says so, it is logged once, and both when there is space again", async () => {
    await app.clock.advance(1_000);
    expect(await ready()).toEqual([200, { status: "ready", database: "up" }]);
    directory = "/proc";
    await app.clock.advance(5_000);
    expect(await ready()).toEqual([503, { status: "not ready", database: "away" }]);
    expect(logged).toEqual([expect.stringContaining("the database is away")]);
    directory = tmpdir();
    await app.clock.advance(1_000);
    expect(await ready()).toEqual([200, { status: "ready", database: "up" }]);
    expect(logged.slice(1)).toEqual([expect.stringContaining("the database is back")]);
  });

  test("the store on the disk asks about its own directory, and says how much is free", async () => {
    const real = await testDatabase();
    await expect(real.database.requireSpace()).resolves.toBeUndefined();
    await real.dispose();
    // Its directory is gone by now: that is no space either.
    await expect(real.database.requireSpace()).rejects.toThrow();
    await expect(requireDiskSpace("/proc")).rejects.toThrow(
      "The disk of /proc is full, or cannot be written to: 0 MB are free",
    );
  });
});
