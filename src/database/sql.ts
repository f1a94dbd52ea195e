import { Prisma, type PrismaClient } from "../generated/prisma/client.ts";
import type { Place } from "../services/sessions/session-store.ts";

/** Prisma's client, or the same inside a transaction. */
export type Queryable = Pick<PrismaClient, "$queryRaw" | "$executeRaw" | "$queryRawUnsafe" | "$executeRawUnsafe">;

/**
 * SQL for a column's time as milliseconds since the epoch: exact, and no driver has a say in its zone (D3). Seconds as
 * float8 are off by a fraction of a microsecond, which is rounded away; `extract` counts in numeric, at twice the time.
 */
export const ms = (column: string): string => `round(date_part('epoch', ${column}) * 1000)`;

/** SQL for a parameter in milliseconds since the epoch as timestamptz. Never cast to (3): that rounds into the future. */
export const time = (parameter: string): string => `to_timestamp((${parameter})::float8 / 1000)`;

/** The same as a fragment, for a value. */
export const instant = (at: number): Prisma.Sql => Prisma.sql`to_timestamp(${at}::float8 / 1000)`;

/** What is decided about one session is decided by one at a time. SQL: a row lock. */
export async function lockSession(db: Queryable, id: number): Promise<void> {
  await db.$queryRaw`select id from sessions where id = ${id}::int for no key update`;
}

/** The year 1: before every time that is stored. */
export const BEGINNING: Place = { at: -62_135_596_800_000, id: 0 };

/** Where a walk goes on after these rows; null: there were fewer than asked for. */
export function nextPlace(rows: readonly Place[], limit: number): Place | null {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit ? null : { at: last.at, id: last.id };
}
