import type { PGlite, Transaction as PGliteTransaction } from "@electric-sql/pglite";
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  Transaction,
} from "@prisma/driver-adapter-utils";
import { PrismaPGlite } from "pglite-prisma-adapter";
import type { MigrationTransaction } from "../migrations/connection.ts";

/**
 * The published adapter with two of its answers corrected (0.7.2): its commit resolves even when COMMIT failed, which would
 * acknowledge what is not stored, and its scripts are not awaited, so that their errors end the process.
 */
export class EmbeddedAdapter implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = "postgres";
  readonly adapterName = "rollcall-embedded";
  readonly #pglite: PGlite;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async connect(): Promise<SqlDriverAdapter> {
    const adapter = await new PrismaPGlite(this.#pglite).connect();
    adapter.startTransaction = () => begin(this.#pglite);
    adapter.executeScript = async (script) => void (await this.#pglite.exec(script));
    return adapter;
  }

  connectToShadowDb(): Promise<SqlDriverAdapter> {
    return new PrismaPGlite(this.#pglite).connectToShadowDb();
  }
}

/** One transaction at a time: a second one, and every statement outside, waits until this one ends. */
export async function begin(pglite: PGlite): Promise<Transaction & MigrationTransaction> {
  let end = () => {};
  let ended: Promise<void> | undefined;
  const transaction = await new Promise<PGliteTransaction>((resolve, reject) => {
    ended = pglite.transaction((started) => {
      resolve(started);
      return new Promise((done) => (end = done));
    });
    ended.catch(reject);
  });
  const statements = await new PrismaPGlite(transaction as unknown as PGlite).connect();
  return {
    provider: statements.provider,
    adapterName: statements.adapterName,
    options: { usePhantomQuery: true },
    queryRaw: (query) => statements.queryRaw(query),
    executeRaw: (query) => statements.executeRaw(query),
    executeScript: async (script) => void (await transaction.exec(script)),
    commit: async () => {
      end();
      await ended;
    },
    rollback: async () => {
      await transaction.rollback().finally(end);
      await ended;
    },
  };
}
