import { expect, test } from "vitest";
import { isAstray, isBusy, isConflict, isDatabaseAway } from "../../../src/database/client/errors.ts";
import { StartupError } from "../../../src/startup-error.ts";

const wrapped = (cause: object) => ({
  name: "PrismaClientKnownRequestError",
  code: "P2010",
  meta: { driverAdapterError: { name: "DriverAdapterError", cause } },
});

test.each([
  ["Prisma can't reach it", { code: "P1001" }],
  ["no transaction in time", { code: "P2028" }],
  ["starting up", wrapped({ kind: "postgres", code: "57P03", originalCode: "57P03" })],
  ["too many connections", wrapped({ kind: "TooManyConnections", originalCode: "53300" })],
  ["a primary became a standby", wrapped({ kind: "postgres", code: "25006" })],
  ["reset", wrapped({ kind: "ConnectionClosed" })],
  ["a socket error below others", new Error("x", { cause: Object.assign(new Error("y"), { code: "ECONNRESET" }) })],
  ["the pool had none free", new Error("timeout exceeded when trying to connect")],
  ["a statement that took too long", wrapped({ kind: "postgres", code: "57014" })],
  ["a lock that was not to be had", wrapped({ kind: "postgres", code: "55P03" })],
  ["a new connection led to a standby", new StartupError("DATABASE_READ_ONLY", "It takes no writes.")],
  [
    "conflicts, again and again",
    { code: "P2034", meta: { driverAdapterError: { cause: { kind: "TransactionWriteConflict" } } } },
  ],
  ["PGlite trapped", new WebAssembly.RuntimeError("memory access out of bounds")],
])("away: %s", (_name, error) => expect(isDatabaseAway(error)).toBe(true));

test.each([
  ["a duplicate", wrapped({ kind: "UniqueConstraintViolation", originalCode: "23505" })],
  ["a syntax error", wrapped({ kind: "postgres", code: "42601", originalCode: "42601" })],
  ["history refused a change", wrapped({ kind: "RestrictViolation", originalCode: "23001" })],
  ["an error of ours", new Error("The session is gone.")],
  ["words", "Connection terminated"],
  ["nothing", undefined],
])("not away: %s", (_name, error) => expect(isDatabaseAway(error)).toBe(false));

test("a cause that is its own cause ends", () => {
  const error = new Error("round");
  error.cause = error;
  expect(isDatabaseAway(error)).toBe(false);
});

test.each([
  ["a primary became a standby", wrapped({ kind: "postgres", code: "25006", originalCode: "25006" }), true],
  ["no answer came", new Error("Query read timeout"), true],
  ["a lock that was not to be had", wrapped({ kind: "postgres", code: "55P03", originalCode: "55P03" }), false],
  ["the pool had none free", new Error("timeout exceeded when trying to connect"), false],
])("the other connections are given up as well, or not: %s", (_name, error, expected) =>
  expect(isAstray(error)).toBe(expected),
);

test.each([
  ["a lock that was not to be had", "55P03", true, false],
  ["a statement that took too long", "57014", true, false],
  ["a deadlock", "40P01", true, true],
  ["a serialization failure", "40001", true, true],
  ["starting up", "57P03", false, false],
  ["a broken rule", "23514", false, false],
])("%s concerns its rows alone, and may run again", (_name, originalCode, busy, conflict) => {
  const error = wrapped({ kind: "postgres", originalCode });
  expect([isBusy(error), isConflict(error)]).toEqual([busy, conflict]);
});
