import pg from "pg";

/** Somebody else's transaction, such as a migration of the platform's, that keeps what it has locked. */
export interface KeptLock {
  /** Rows that it locked; null: it locked a table. */
  readonly rows: number | null;
  /** Whether it is still there: a server that is stopped takes it along. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** @param lock a statement that locks, such as `select … for update` or `lock table … in share mode` */
export async function keepLock(url: string, lock: string): Promise<KeptLock> {
  const client = new pg.Client({ connectionString: url });
  // Where the server is stopped meanwhile the lock is gone with it.
  client.on("error", () => undefined);
  await client.connect();
  await client.query("begin");
  const { rowCount, command } = await client.query(lock);
  return {
    rows: command === "LOCK" ? null : (rowCount ?? 0),
    isHeld: () =>
      client.query("select").then(
        () => true,
        () => false,
      ),
    release: () => client.end(),
  };
}
