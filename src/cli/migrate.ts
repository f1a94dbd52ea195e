import { messageOf } from "../startup-error.ts";
import { withDatabase } from "./with-database.ts";

/** `npm run migrate`: brings DATABASE_URL, else the store in DATA_DIR, up to date without serving. Exit 1: it could not. */
async function main(): Promise<void> {
  const applied = await withDatabase((database) => Promise.resolve(database.applied));
  const lines = applied.length > 0 ? applied.map((name) => `Applied ${name}`) : ["Nothing to apply: up to date."];
  process.stdout.write(`${lines.join("\n")}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
