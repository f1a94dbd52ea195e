import type { PrismaClient } from "../generated/prisma/client.ts";
import type { DatabaseLog } from "./open.ts";

/** Warns of the sessions whose times a migration repaired and nobody has looked at since. */
export async function warnOfRepairedTimes(prisma: PrismaClient, log: Pick<DatabaseLog, "warn">): Promise<void> {
  const sessions = await prisma.repairedTimes.count();
  if (sessions === 0) return;
  log.warn({ sessions }, `The times of ${sessions} sessions were not valid and were repaired: see docs/migrating.md`);
}
