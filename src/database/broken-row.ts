import { RollcallError } from "../domain/errors.ts";

const RULE = "sessions_window_check";

/**
 * A session from before this system may end before it starts. PostgreSQL then refuses every change of its row. The caller
 * learns so by a CONFLICT that names the rule, for somebody who can repair the row. Other errors stay as they are.
 */
export function explainBrokenRow(error: unknown): unknown {
  // Prisma repeats PostgreSQL's own message, whichever of its calls it was.
  if (!(error instanceof Error) || !error.message.includes(`violates check constraint "${RULE}"`)) return error;
  return new RollcallError(
    "CONFLICT",
    `This session is stored with an end that is not after its start (${RULE}). It cannot be changed until that is repaired.`,
  );
}
