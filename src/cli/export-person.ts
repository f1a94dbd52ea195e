import { exportPerson } from "../database/people/export.ts";
import { messageOf } from "../startup-error.ts";
import { readPersonArguments, UsageError } from "./arguments.ts";
import { withDatabase } from "./with-database.ts";

const USAGE = `Writes everything that is held about one person to stdout, as JSON (docs/privacy.md tells its shape).

  npm run -s export-person -- --user 7 > person-7.json

  --user  the person's id, 1 to 2147483647
`;

/** `npm run export-person`. Exit 0: written; 1: nothing is held about them, or it could not look; 2: wrong arguments. */
async function main(): Promise<number> {
  const wish = readPersonArguments(process.argv.slice(2), false);
  if (wish === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  const person = await withDatabase(({ prisma }) => exportPerson(prisma, wish.user, new Date()));
  if (person === null) {
    process.stderr.write(`Nothing is held about user ${wish.user}.\n`);
    return 1;
  }
  process.stdout.write(`${JSON.stringify(person, null, 2)}\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : `${messageOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
