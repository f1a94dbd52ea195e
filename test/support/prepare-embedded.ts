import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { readMigrations } from "../../src/database/migrations/engine.ts";
import { openDatabase } from "../../src/database/client/open.ts";
import { silent } from "./log.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A data directory with a migrated store, to be copied. */
    migratedStore: string;
  }
}

/** Making a store takes seconds, copying it a moment: it is kept until the migrations or PGlite change. */
export default async function prepare(project: TestProject): Promise<void> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { dependencies: Record<string, string> };
  const contents = [manifest.dependencies["@electric-sql/pglite"], ...readMigrations().map(({ checksum }) => checksum)];
  const name = createHash("sha256").update(contents.join()).digest("hex").slice(0, 16);
  const store = `${root}node_modules/.cache/rollcall/store-${name}`;
  if (!existsSync(store)) await make(store);
  project.provide("migratedStore", store);
}

async function make(store: string): Promise<void> {
  const draft = `${store}-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const database = await openDatabase({ dataDir: draft, log: silent });
  await database.close();
  try {
    renameSync(draft, store);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(store)) throw error; // else another run was quicker
  }
}
