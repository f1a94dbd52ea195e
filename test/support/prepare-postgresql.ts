import { randomBytes } from "node:crypto";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { openDatabase } from "../../src/database/client/open.ts";
import { silent } from "./log.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A server of ours, and on it a migrated database to be copied with `create database … template …`. */
    postgresql: { url: string; template: string };
  }
}

export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL!;
  const template = `rollcall_template_${randomBytes(6).toString("hex")}`;
  await onServer(url, `create database ${template} template template0 encoding 'UTF8'`);
  const database = await openDatabase({ url: withDatabase(url, template), log: silent });
  await database.close();
  project.provide("postgresql", { url, template });
  return () => onServer(url, `drop database ${template} with (force)`);
}

export function withDatabase(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}

export async function onServer(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function rowsOn<T extends pg.QueryResultRow>(
  url: string,
  sql: string,
  ...values: unknown[]
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
