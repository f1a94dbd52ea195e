import { type Database, openDatabase } from "../database/client/open.ts";
import { EMBEDDED } from "../setting-values.ts";
import { readEnvironment } from "../config.ts";

/** A command may read whole tables, and nobody waits for it as for an operation of the API. In milliseconds. */
const QUERY_TIMEOUT_MS = 600_000;

/** Opens DATABASE_URL, else the store in DATA_DIR, for one command, migrated; closes it whatever comes of `use`. */
export async function withDatabase<T>(use: (database: Database) => Promise<T>): Promise<T> {
  const { DATABASE_URL, DATA_DIR } = readEnvironment();
  const database = await openDatabase({
    url: DATABASE_URL === EMBEDDED ? undefined : DATABASE_URL || undefined,
    dataDir: DATA_DIR || ".data",
    poolSize: 1,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    onTaken(error) {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
    log: { info: () => {}, warn: (_facts, message) => void process.stderr.write(`${message}\n`) },
  });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
