import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlDriverAdapter, SqlQuery, Transaction } from "@prisma/driver-adapter-utils";
import { vi } from "vitest";
import { EmbeddedAdapter } from "../../src/database/client/pglite-adapter.ts";

export interface Statements {
  /** Runs it and answers with the SQL that reached the driver meanwhile; a transaction begins with BEGIN. */
  during(run: () => Promise<unknown>): Promise<string[]>;
}

type Method = (...args: unknown[]) => unknown;

/** Listens between Prisma and the driver, on either store. Call it before the database is opened. */
export function listenToStatements(): Statements {
  const heard: string[] = [];
  const listenTo = <T extends SqlDriverAdapter | Transaction>(queries: T): T =>
    new Proxy(queries, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (name === "queryRaw" || name === "executeRaw") heard.push((args[0] as SqlQuery).sql);
          const answer = (value as Method).apply(target, args);
          if (name !== "startTransaction") return answer;
          heard.push("BEGIN");
          return (answer as Promise<Transaction>).then(listenTo);
        };
      },
    });
  for (const { prototype } of [PrismaPg, EmbeddedAdapter]) {
    const connect: () => Promise<SqlDriverAdapter> = Reflect.get(prototype, "connect");
    vi.spyOn(prototype, "connect").mockImplementation(async function (this: unknown) {
      return listenTo(await connect.call(this));
    });
  }
  return {
    async during(run) {
      heard.length = 0;
      await run();
      return heard.filter((sql) => sql !== "COMMIT");
    },
  };
}
