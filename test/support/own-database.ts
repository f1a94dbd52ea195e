import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { ownPostgreSQL } from "./own-postgresql.ts";
import { onServer, withDatabase } from "./prepare-postgresql.ts";

/** An empty database until the test is over: on the server that is given for tests, else on one of the test's own. */
export async function ownDatabase(): Promise<string> {
  const server = process.env.TEST_DATABASE_URL;
  if (server === undefined) {
    const own = await ownPostgreSQL();
    onTestFinished(() => own.dispose());
    return own.url;
  }
  const name = `rollcall_test_${randomBytes(6).toString("hex")}`;
  await onServer(server, `create database ${name} template template0 encoding 'UTF8'`);
  onTestFinished(() => onServer(server, `drop database ${name} with (force)`));
  return withDatabase(server, name);
}
