import type { TestApp } from "./app.ts";

/** Every row of a table as PostgreSQL writes it, by its text, without the columns named. */
export async function rows(app: TestApp, table: string, without: readonly string[] = []): Promise<string[]> {
  const sql = `select (to_jsonb(t) - $1::text[])::text as row from ${table} t order by 1`;
  const found = await app.store.database.prisma.$queryRawUnsafe<{ row: string }[]>(sql, without);
  return found.map(({ row }) => row);
}

export const count = async (app: TestApp, table: string): Promise<number> => (await rows(app, table)).length;
