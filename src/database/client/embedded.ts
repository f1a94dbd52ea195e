import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type DirectoryLock, lockDirectory } from "./directory-lock.ts";
import { ISOLATION_LEVEL } from "./server-check.ts";
import { messageOf, StartupError } from "../../startup-error.ts";

/** Another process has taken the data directory while this one was frozen: what this one would still answer is not true. */
export class DirectoryTaken extends Error {
  readonly code = "DATABASE_DIRECTORY_TAKEN";

  constructor(dataDir: string) {
    super(`Another process has taken ${dataDir} while this one was frozen, so this one may not use it any more.`);
    this.name = "DirectoryTaken";
  }
}

export interface Embedded {
  readonly pglite: PGlite;
  readonly close: () => Promise<void>;
}

/**
 * PostgreSQL in this process, on `<dataDir>/database` or in memory. A commit is written to the operating system before it is
 * answered: it survives the death of the process, not that of the machine (PGlite runs with fsync off).
 * @param onTaken called as soon as it is found that another process has taken the directory: this one must end at once
 */
export async function openEmbedded(
  dataDir: string | undefined,
  onTaken: (error: DirectoryTaken) => void = () => {},
): Promise<Embedded> {
  if (dataDir === undefined) {
    const pglite = await create();
    return { pglite, close: () => pglite.close() };
  }
  const taken = (): DirectoryTaken => {
    const error = new DirectoryTaken(dataDir);
    onTaken(error);
    return error;
  };
  const lock = await usable(dataDir, () => lockIn(dataDir, taken));
  const check = () => {
    if (!lock.isHeld()) throw taken();
  };
  try {
    const pglite = guard(await usable(dataDir, () => openIn(dataDir)), check);
    return {
      pglite,
      close: async () => {
        check(); // closing writes a checkpoint, into a store that may be another process's by now
        await pglite.close().finally(() => lock.release());
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockIn(dataDir: string, onTaken: () => void): Promise<DirectoryLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return lockDirectory(dataDir, onTaken);
}

/**
 * Checks before each message to the database, so that a process that was frozen writes nothing, and after it, so that it
 * acknowledges no commit that another one does not know of. All that PGlite does goes through this one method.
 */
function guard(pglite: PGlite, check: () => void): PGlite {
  const run = pglite.execProtocolRawSync.bind(pglite);
  pglite.execProtocolRawSync = (message) => {
    check();
    const answer = run(message);
    check();
    return answer;
  };
  return pglite;
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
