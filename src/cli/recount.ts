import { openDatabase } from "../database/open.ts";
import { recount } from "../database/recount.ts";
import { messageOf } from "../database/startup-error.ts";
import { readEnvironment } from "./environment.ts";

/**
 * `npm run recount`: computes every total from the spans again (D6). Prints a line of JSON for each difference.
 * Exit 0: none; 1: some; 2: it could not look.
 */
async function main(): Promise<number> {
  const { DATABASE_URL, DATA_DIR } = readEnvironment();
  const { prisma, close } = await openDatabase({
    url: DATABASE_URL || undefined,
    dataDir: DATA_DIR || ".data",
    poolSize: 1,
    log: { info: () => {}, warn: (_facts, message) => void process.stderr.write(`${message}\n`) },
  });
  try {
    const { checked, differences } = await recount(prisma);
    for (const difference of differences) process.stdout.write(`${JSON.stringify(difference)}\n`);
    process.stderr.write(`${checked} whiteboard sessions checked, ${differences.length} differences.\n`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
