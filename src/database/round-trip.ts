import type { PrismaClient } from "../generated/prisma/client.ts";
import { StartupError } from "./startup-error.ts";

interface Answer {
  readonly date: Date;
  readonly millis: Date;
  readonly dates: Date[];
  readonly listed: Date[];
  readonly stored: number;
}

/**
 * Refuses a connection that changes times on their way (D3). A date is sent in every form that our statements use and read back;
 * `stored` is the database's own reading of it, which tells two shifts that cancel each other from none.
 */
export async function checkTimes(prisma: Pick<PrismaClient, "$queryRaw">): Promise<void> {
  const at = new Date("2024-07-01T23:34:56.789Z"); // summer in the north, and another day further east
  const millis = at.getTime();
  const [answer] = await prisma.$queryRaw<Answer[]>`
    select
      ${at}::timestamptz(3) as date,
      to_timestamp(${millis}::float8 / 1000)::timestamptz(3) as millis,
      (select array_agg(t) from unnest(${[at]}::timestamptz(3)[]) as t) as dates,
      (select array_agg(to_timestamp(t / 1000)::timestamptz(3)) from unnest(${[millis]}::float8[]) as t) as listed,
      (extract(epoch from ${at}::timestamptz(3)) * 1000)::float8 as stored`;
  const { date, millis: fromMillis, dates, listed, stored } = answer!;
  const seen = [date, fromMillis, ...dates, ...listed].map((time) => time.getTime());
  if (seen.length === 4 && seen.every((time) => time === millis) && stored === millis) return;
  throw new StartupError(
    "DATABASE_CLOCK",
    `Times change between this server and the database: ${at.toISOString()} was stored as ${new Date(stored).toISOString()} ` +
      "and would falsify every attendance. Check that nothing between them, such as a pooler, overrides the session's TimeZone (UTC).",
  );
}
