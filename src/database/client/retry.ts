import { setTimeout as sleep } from "node:timers/promises";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import { isConflict } from "./errors.ts";
import { RollcallError } from "../../domain/errors.ts";

const MAX_ATTEMPTS = 5;
const MAX_DELAY_MS = 20;

/**
 * Runs `run` again after a serialization failure or a deadlock. PostgreSQL has rolled back everything by then, so nothing
 * happens twice. Must not be used inside a transaction: there the whole transaction has to run again.
 */
export async function retryConflicts<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isConflict(error)) throw error;
    }
    // A random delay, or those that collided would collide again.
    await sleep(Math.random() * MAX_DELAY_MS * attempt);
  }
}

/**
 * The client with transactions that run again after a conflict, so that their callback may be called several times, and that
 * say it when a row from before this system cannot be changed.
 */
export function withOwnTransactions(prisma: PrismaClient): PrismaClient {
  const transaction = (...args: Parameters<PrismaClient["$transaction"]>) =>
    retryConflicts(() => prisma.$transaction(...args)).catch((error: unknown) => {
      throw explainBrokenRow(error);
    });
  return new Proxy(prisma, {
    get: (client, name) => (name === "$transaction" ? transaction : (Reflect.get(client, name) as unknown)),
  });
}

const RULE = "sessions_window_check";

/**
 * A session from before this system may end before it starts. PostgreSQL then refuses every change of its row. The caller
 * learns so by a CONFLICT that names the rule, for somebody who can repair the row. Other errors stay as they are.
 */
function explainBrokenRow(error: unknown): unknown {
  // Prisma repeats PostgreSQL's own message, whichever of its calls it was.
  if (!(error instanceof Error) || !error.message.includes(`violates check constraint "${RULE}"`)) return error;
  return new RollcallError(
    "CONFLICT",
    `This session is stored with an end that is not after its start (${RULE}). It cannot be changed until that is repaired.`,
  );
}
