import { openDatabase } from "../database/open.ts";
import { messageOf } from "../database/startup-error.ts";
import { readEnvironment } from "./environment.ts";

/** `npm run migrate`: brings DATABASE_URL, else the store in DATA_DIR, up to date without serving. Exit 1: it could not. */
async function main(): Promise<void> {
  const { DATABASE_URL, DATA_DIR } = readEnvironment();
  const { applied, close } = await openDatabase({
    url: DATABASE_URL || undefined,
    dataDir: DATA_DIR || ".data",
    poolSize: 1,
    log: { info: () => {}, warn: (_facts, message) => void process.stderr.write(`${message}\n`) },
  });
  await close();
  const lines = applied.length > 0 ? applied.map((name) => `Applied ${name}`) : ["Nothing to apply: up to date."];
  process.stdout.write(`${lines.join("\n")}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
