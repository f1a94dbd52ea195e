import type { SqlQueryable } from "@prisma/driver-adapter-utils";
import { statement } from "./migration-connection.ts";

const WATCH = "select to_regclass('presence_watch') is not null";

// From the last look before the transaction, or from its start, until now. It goes on with an absence that came at most an hour
// before, the longest lease there is: how long the lease is only the servers know, and who was gone by then has been swept.
const ABSENCE = `
update presence_watch set
  away_from = case when away_until >= alive_at - interval '1 hour' then least(away_from, now()) else least(alive_at, now()) end,
  away_until = clock_timestamp(),
  alive_at = greatest(alive_at, clock_timestamp())`;

/**
 * Proofs of life may not have been written while migrations held their locks: they end as an absence of the servers (P13), in
 * the same transaction. Processes of an earlier version look by writing this row alone, which nothing keeps them from: they saw no
 * absence, and would declare everybody gone as soon as the locks are released.
 */
export async function recordAbsence(transaction: SqlQueryable): Promise<void> {
  const { rows } = await transaction.queryRaw(statement(WATCH));
  if (rows[0]?.[0]) await transaction.executeRaw(statement(ABSENCE));
}
