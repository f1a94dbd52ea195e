import pg from "pg";
import { StartupError } from "./startup-error.ts";

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
  return `database «${database ?? ""}» on ${host}:${port}`;
}

/**
 * Whether a pooler hands out its connections by the transaction: then nothing may be tied to a session, no start-up option
 * and no name of a statement. Prisma's own flag for that is understood.
 */
export function isPooled(url: string): boolean {
  return parseServerUrl(url).searchParams.get("pgbouncer") === "true";
}
