import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type DirectoryLock, lockDirectory } from "./lock.ts";
import { ISOLATION_LEVEL } from "./server-check.ts";
import { messageOf, StartupError } from "./startup-error.ts";

export interface Embedded {
  readonly pglite: PGlite;
  readonly close: () => Promise<void>;
}

/**
 * PostgreSQL in this process, on `<dataDir>/database` or in memory. A commit is written to the operating system before it is
 * answered: it survives the death of the process, not that of the machine (PGlite runs with fsync off).
 */
export async function openEmbedded(dataDir: string | undefined): Promise<Embedded> {
  if (dataDir === undefined) {
    const pglite = await create();
    return { pglite, close: () => pglite.close() };
  }
  const lock = await usable(dataDir, () => lockIn(dataDir));
  try {
    const pglite = await usable(dataDir, () => openIn(dataDir));
    return {
      pglite,
      close: async () => {
        await pglite.close().finally(() => lock.release());
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockIn(dataDir: string): Promise<DirectoryLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return lockDirectory(dataDir);
}

/** A new store is made under another name first: dying in the seconds that takes must not leave half a store behind. */
async function openIn(dataDir: string): Promise<PGlite> {
  const directory = join(dataDir, "database");
  if (!existsSync(directory)) {
    const draft = join(dataDir, "database-new");
    rmSync(draft, { recursive: true, force: true });
    await (await PGlite.create(draft)).close();
    renameSync(draft, directory);
  }
  return create(directory);
}

/** Its one session runs at the level that every statement relies on, whatever the store's default is. */
async function create(directory?: string): Promise<PGlite> {
  const pglite = await PGlite.create(directory);
  await pglite.exec(`set default_transaction_isolation = '${ISOLATION_LEVEL}'`);
  return pglite;
}

async function usable<T>(dataDir: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      "DATA_DIRECTORY_UNUSABLE",
      `The embedded database in ${dataDir} can't be opened: ${messageOf(error)}. Check that DATA_DIR is a directory this user ` +
        "may write to, with space left, or give another one.",
      { cause: error },
    );
  }
}
