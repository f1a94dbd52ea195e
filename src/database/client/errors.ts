import type { StoreTrouble } from "../../services/shared/ports.ts";

/**
 * Prisma's own codes: unreachable, timed out, closed, no connection free, no transaction in time, a conflict, too many
 * connections.
 */
const PRISMA = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034", "P2037"]);

/** What the driver adapters make of an error before Prisma sees it. */
const KINDS = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
  "TransactionWriteConflict",
]);

/**
 * SQLSTATE: connection exceptions, out of resources, shutdown / crash / starting up / idle session, a primary become standby;
 * and what gave up waiting: for a lock, in a deadlock or a conflict, past the time a statement or an idle transaction may take.
 */
const SQLSTATE = /^(08...|53...|57P0[1235]|25006|55P03|40P01|40001|57014|25P03)$/;

/** Those of them that concern the rows of one statement, while the database serves others. */
const BUSY = /^(55P03|40P01|40001|57014|P2034)$/;
const CONFLICT = /^(40P01|40001|P2034)$/;
/** P2028 of a transaction that had begun: its work took longer than it may. One that could not begin found the database away. */
const EXPIRED = /expired transaction/;

const SOCKET = /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** Errors of pg, its pool and PGlite that carry no code. */
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after calling end|PGlite is clos|Aborted\()/;

/** A new connection led to a server that can't be used (yet), such as a standby that is still to be promoted. */
const REFUSED = /^DATABASE_/;

interface Shape {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
}

/**
 * Whether a statement failed because the database can't be had now, so that a client may try again (UNAVAILABLE).
 * Whether it took effect is not known: a commit whose answer was lost fails the same way.
 */
export function isDatabaseAway(error: unknown): boolean {
  return says(error, saysAway);
}

/** Whether it failed because its rows, or the locks on them, were not to be had in time: other rows may be. */
export function isBusy(error: unknown): boolean {
  return says(
    error,
    ({ code, originalCode, message }) =>
      [code, originalCode].some((value) => matches(value, BUSY)) || (code === "P2028" && matches(message, EXPIRED)),
  );
}

/** Why a statement failed. */
export function troubleOf(error: unknown): StoreTrouble {
  if (isBusy(error)) return "busy";
  return isDatabaseAway(error) ? "away" : "fault";
}

/** Whether it collided with another transaction, or was the victim of a deadlock. It was rolled back, and may run again. */
export function isConflict(error: unknown): boolean {
  return says(error, ({ code, originalCode }) => [code, originalCode].some((value) => matches(value, CONFLICT)));
}

/** Whether it tells that a connection leads to the wrong server, a primary that was demoted, or to none that answers. */
export function isAstray(error: unknown): boolean {
  return says(error, ({ originalCode, message }) => originalCode === "25006" || message === "Query read timeout");
}

/** Whether the error, or one that it wraps, says so. */
function says(error: unknown, saying: (part: Shape) => boolean): boolean {
  for (let part = error, depth = 0; isObject(part) && depth < 5; depth++) {
    if (saying(part)) return true;
    part = part.meta?.driverAdapterError ?? part.cause;
  }
  return false;
}

const matches = (value: unknown, pattern: RegExp) => typeof value === "string" && pattern.test(value);

const isObject = (value: unknown): value is Shape => typeof value === "object" && value !== null;

function saysAway({ name, code, kind, originalCode, message }: Shape): boolean {
  const codes = [code, originalCode].filter((value) => typeof value === "string");
  return (
    codes.some((value) => PRISMA.has(value) || SQLSTATE.test(value) || SOCKET.test(value) || REFUSED.test(value)) ||
    (typeof kind === "string" && KINDS.has(kind)) ||
    (typeof message === "string" && WORDS.test(message)) ||
    // PGlite after its WebAssembly trapped: this process can't use the store any more.
    name === "RuntimeError"
  );
}
