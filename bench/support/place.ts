import { randomBytes } from "node:crypto";
import pg from "pg";

/** A database of the benchmark's own. */
export interface Place {
  readonly url: string;
  readonly redisUrl: string;
  sql<T extends pg.QueryResultRow>(statement: string, values?: readonly unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

const server = () =>
  process.env["BENCH_DATABASE_URL"] ||
  process.env["TEST_DATABASE_URL"] ||
  "postgresql://postgres@127.0.0.1:5432/postgres";
const redisUrl = () => process.env["BENCH_REDIS_URL"] || process.env["TEST_REDIS_URL"] || "redis://127.0.0.1:6379";

/** An empty one, without tables: the product migrates it when it starts. */
export async function createPlace(): Promise<Place> {
  const name = `rollcall_bench_${randomBytes(6).toString("hex")}`;
  await onServer(`create database ${name} template template0 encoding 'UTF8'`);
  const url = new URL(server());
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on("error", () => undefined);
  await client.connect();
  return {
    url: url.href,
    redisUrl: redisUrl(),
    async sql<T extends pg.QueryResultRow>(statement: string, values: readonly unknown[] = []) {
      return (await client.query<T>(statement, [...values])).rows;
    },
    async drop() {
      await client.end();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}

/** Runs one statement beside all databases, such as `show server_version`. */
export async function onServer<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: server() });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}
