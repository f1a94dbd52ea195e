import type { PrismaClient } from "../generated/prisma/client.ts";

// Replicas have the primary's, so that it stays the same through a failover.
const IDENTITY = `
select c.system_identifier || '-' || d.oid as identity
from pg_control_system() c, pg_database d
where d.datname = current_database()`;

/** What tells this database from every other one, also from a dump of it that was restored elsewhere. */
export async function readIdentity(prisma: Pick<PrismaClient, "$queryRawUnsafe">): Promise<string> {
  const [row] = await prisma.$queryRawUnsafe<[{ identity: string }]>(IDENTITY);
  return row.identity;
}
