import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { type Database, type DatabaseSettings, openDatabase } from "../../src/database/client/open.ts";
import { silent } from "./log.ts";
import { onServer, withDatabase } from "./prepare-postgresql.ts";
import { quickest } from "./quickest.ts";

export const store = process.env.ROLLCALL_TEST_STORE === "postgresql" ? "postgresql" : "embedded";

export interface TestDatabase {
  readonly database: Database;
  /** To open it again after `database.close()`; on PostgreSQL also beside it, as another process would. */
  readonly settings: DatabaseSettings;
  readonly dispose: () => Promise<void>;
}

export interface Place {
  readonly settings: DatabaseSettings;
  /** An embedded store must be closed before. */
  readonly remove: () => Promise<void>;
}

/** A migrated, empty store of the test's own, on PostgreSQL or embedded as the vitest project says. */
export async function testDatabase(): Promise<TestDatabase> {
  const { settings, remove } = await place("migrated");
  const database = await openDatabase(settings);
  return { database, settings, dispose: () => database.close().finally(remove) };
}

/** Somewhere to open a store; `empty` is a database without tables, or a data directory with nothing in it. */
export const place = (content: "migrated" | "empty"): Promise<Place> =>
  store === "postgresql"
    ? placeOnServer(content === "migrated" ? inject("postgresql").template : "template0")
    : placeOnDisk(content === "migrated");

async function placeOnServer(template: string): Promise<Place> {
  const server = inject("postgresql").url;
  const name = `rollcall_test_${randomBytes(6).toString("hex")}`;
  await onServer(server, `create database ${name} template ${template} encoding 'UTF8'`);
  return {
    settings: { url: withDatabase(server, name), poolSize: 5, log: silent },
    remove: () => onServer(server, `drop database ${name} with (force)`),
  };
}

async function placeOnDisk(migrated: boolean): Promise<Place> {
  const dataDir = mkdtempSync(join(quickest(), "rollcall-test-"));
  if (migrated) cpSync(inject("migratedStore"), dataDir, { recursive: true });
  return {
    settings: { dataDir, log: silent },
    remove: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
