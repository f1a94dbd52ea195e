import { recount } from "../database/presence/recount.ts";
import { messageOf } from "../startup-error.ts";
import { withDatabase } from "./with-database.ts";

/**
 * `npm run recount`: computes every total from the spans again (D6). Prints a line of JSON for each difference, and for
 * each whiteboard session whose evidence retention removed. Exit 0: no difference; 1: some; 2: it could not look.
 */
async function main(): Promise<number> {
  const { checked, differences, notRecomputable } = await withDatabase(({ prisma }) => recount(prisma));
  const lines = [
    ...differences,
    ...notRecomputable.map((whiteboardSessionId) => ({ whiteboardSessionId, recomputable: false })),
  ];
  for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
  process.stderr.write(
    `${checked} whiteboard sessions checked, ${differences.length} differences; ` +
      `${notRecomputable.length} not recomputable, their evidence was removed.\n`,
  );
  return differences.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
