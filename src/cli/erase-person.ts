import { erasePerson } from "../database/people/erase.ts";
import { messageOf } from "../startup-error.ts";
import { readPersonArguments, UsageError } from "./arguments.ts";
import { withDatabase } from "./with-database.ts";

const USAGE = `Removes one person's name, and the notes and titles of their lessons. It cannot be undone (docs/privacy.md).

  npm run -s erase-person -- --user 7 [--yes]

  --user  the person's id, 1 to 2147483647
  --yes   do it; without, it only counts what it would remove
`;

/**
 * `npm run erase-person`: what was removed goes to stdout as a line of JSON. Exit 0: erased, or counted; 1: nothing is held
 * about them, or it could not; 2: wrong arguments.
 */
async function main(): Promise<number> {
  const wish = readPersonArguments(process.argv.slice(2), true);
  if (wish === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { user, yes } = wish;
  const erasure = await withDatabase(({ prisma }) => erasePerson(prisma, user, new Date(), yes));
  if (erasure === null) {
    process.stderr.write(`Nothing is held about user ${user}.\n`);
    return 1;
  }
  process.stdout.write(`${JSON.stringify(erasure)}\n`);
  if (!yes) process.stderr.write("Nothing was changed: add --yes to erase.\n");
  const { titles, sessionNotes, markNotes } = erasure.mentions;
  if ([...titles, ...sessionNotes, ...markNotes].length > 0) {
    process.stderr.write("Texts about others hold the name: read those listed under mentions.\n");
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : `${messageOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
