import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlQuery } from "@prisma/driver-adapter-utils";
import type pg from "pg";
import { isPooled } from "./server-url.ts";

/** Every connection keeps its prepared statements, so lists of every length must not add to them without end. */
const MAX_STATEMENT_NAMES = 256;

export function poolAdapter(pool: pg.Pool, url: string): PrismaPg {
  return new PrismaPg(pool, {
    statementNameGenerator: isPooled(url) ? undefined : statementNames(MAX_STATEMENT_NAMES),
  });
}

/**
 * The first `limit` statements get a name, under which PostgreSQL keeps them prepared. Later ones, and those without
 * parameters such as BEGIN (which go in one short message), stay unnamed.
 */
export function statementNames(limit: number): (query: Pick<SqlQuery, "sql" | "args">) => string {
  const names = new Map<string, string>();
  return ({ sql, args }) => {
    let name = names.get(sql);
    if (name === undefined && args.length > 0 && names.size < limit) {
      name = `rollcall_${names.size}`;
      names.set(sql, name);
    }
    return name ?? "";
  };
}
