import pg from "pg";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import { messageOf, StartupError } from "../../startup-error.ts";

/** Sent with the start-up options, to tell whether they arrive. */
export const OPTIONS_MARK = "rollcall.options";

/** The level that every statement relies on. */
export const ISOLATION_LEVEL = "read committed";

interface Facts {
  readonly version: number;
  readonly release: string;
  readonly standby: boolean;
  readonly readOnly: boolean;
  readonly encoding: string;
  readonly zone: string;
  readonly isolation: string;
  readonly options: string | null;
  readonly role: string;
}

const FACTS = `
select current_setting('server_version_num')::int as version, current_setting('server_version') as release,
  pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as "readOnly",
  current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
  current_setting('default_transaction_isolation') as isolation,
  current_setting('${OPTIONS_MARK}', true) as options, quote_ident(current_user) as role`;

/**
 * What a server must be before anything else is asked of it. Asked on every new connection: after a failover, or from a
 * pooler, it may be another one than the last. A pooler keeps a connection's time zone for as long as that is open.
 */
export async function checkServer(connection: Pick<pg.ClientBase, "query">, url: string): Promise<void> {
  const { rows } = await connection.query<Facts>(FACTS);
  const server = rows[0]!;
  const place = placeOf(url);
  if (server.version < 150_000) {
    throw new StartupError(
      "DATABASE_TOO_OLD",
      `The ${place} is PostgreSQL ${server.release}. Upgrade it to 15 or later.`,
    );
  }
  if (server.standby || server.readOnly) {
    throw new StartupError(
      "DATABASE_READ_ONLY",
      server.standby
        ? `The ${place} is a standby and takes no writes. Point DATABASE_URL at the primary.`
        : `The ${place} is set to read-only transactions. Switch default_transaction_read_only off for it and its user.`,
    );
  }
  if (server.encoding !== "UTF8") {
    throw new StartupError(
      "DATABASE_ENCODING",
      `The ${place} has the encoding ${server.encoding}, which can't hold every name and note. ` +
        "Create a database with encoding 'UTF8' and point DATABASE_URL at it.",
    );
  }
  checkSession(server, url);
}

/** What a direct connection brings along by its start-up options, and a pooled one finds in its role. */
function checkSession({ options, zone, isolation, role }: Facts, url: string): void {
  if (!isPooled(url)) {
    if (options === null) throw optionsLost(url, "it drops them");
    if (isolation !== ISOLATION_LEVEL) throw wrongIsolation(placeOf(url), isolation);
    return;
  }
  if (/^(Etc\/)?UTC$/i.test(zone)) return;
  throw new StartupError(
    "DATABASE_CLOCK",
    `The ${placeOf(url)} gives sessions the time zone ${zone}, which would falsify every attendance. ` +
      `Run "alter role ${role} set timezone = 'UTC'", then RECONNECT in the pooler's console, or restart it.`,
  );
}

function wrongIsolation(place: string, isolation: string): StartupError {
  return new StartupError(
    "DATABASE_ISOLATION",
    `The ${place} runs transactions as ${isolation}, where people would overwrite each other's changes. Rollcall asks for ` +
      `${ISOLATION_LEVEL}: check that nothing between them sets default_transaction_isolation.`,
  );
}

/** Refuses a connection whose transactions don't run at the level that Rollcall asks for, whatever it is that overrides it. */
export async function checkIsolation(prisma: Pick<PrismaClient, "$transaction">, place: string): Promise<void> {
  const [row] = await prisma.$transaction(
    (tx) => tx.$queryRaw<[{ level: string }]>`select current_setting('transaction_isolation') as level`,
  );
  if (row.level !== ISOLATION_LEVEL) throw wrongIsolation(place, row.level);
}

function optionsLost(url: string, reason: string, cause?: unknown): StartupError {
  const remedy = isPooled(url)
    ? 'Remove "options" from of DATABASE_URL and PGOPTIONS from the environment.'
    : "Add pgbouncer=true to DATABASE_URL and prepare the role as docs/postgresql.md says.";
  const message = `Start-up options don't get through to the ${placeOf(url)}: a pooler is between (${reason}). ${remedy}`;
  return new StartupError("DATABASE_POOLER", message, { cause });
}

/** Why a server could not be used at all, for whoever starts this one. */
export function unreachable(url: string, error: unknown): StartupError {
  if (error instanceof StartupError) return error;
  // Where a name has several addresses, Node reports one error for each and none in words.
  const reason = error instanceof AggregateError ? error.errors.map(messageOf).join(", ") : messageOf(error);
  if (reason.includes("unsupported startup parameter")) return optionsLost(url, reason, error);
  return new StartupError(
    "DATABASE_UNREACHABLE",
    `Can't use the ${placeOf(url)}: ${reason}. Check that it runs, and DATABASE_URL: host, port, database, user, password.`,
    { cause: error },
  );
}

/** @throws DATABASE_UNREACHABLE when it is none */
export function parseServerUrl(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new StartupError(
    "DATABASE_UNREACHABLE",
    "DATABASE_URL is no URL. Write postgresql://user:password@host:5432/database, special characters percent-encoded.",
  );
}

/** Where a URL leads, for people to read: never the user's password. */
export function placeOf(url: string): string {
  const { host, port, database } = new pg.Client({ connectionString: parseServerUrl(url).href });
  return `database "${database ?? ""}" on ${host}:${port}`;
}

/**
 * Whether a pooler hands out its connections by the transaction: then nothing may be tied to a session, no start-up option
 * and no name of a statement. Prisma's own flag for that is understood.
 */
export function isPooled(url: string): boolean {
  return parseServerUrl(url).searchParams.get("pgbouncer") === "true";
}

/** What tells this database from every other one, also from a dump of it that was restored elsewhere. */
export async function readIdentity(prisma: Pick<PrismaClient, "$queryRaw">): Promise<string> {
  // SQL: the catalogue. Replicas have the primary's identity, so that it stays the same through a failover.
  const [row] = await prisma.$queryRaw<[{ identity: string }]>`
    select c.system_identifier || '-' || d.oid as identity
    from pg_control_system() c, pg_database d
    where d.datname = current_database()`;
  return row.identity;
}
