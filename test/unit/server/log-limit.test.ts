import { expect, it } from "vitest";
import { limitLog } from "../../../src/log.ts";

function logging() {
  const lines: [level: string, message: string, details: object][] = [];
  const write = (level: string) => (details: object, message: string) => void lines.push([level, message, details]);
  const [debug, info, warn, error] = ["debug", "info", "warn", "error"].map(write) as [never, never, never, never];
  let time = 0;
  const log = limitLog({ debug, info, warn, error }, () => time);
  return { lines, log, pass: (ms: number) => (time += ms) };
}

const messages = (lines: readonly (readonly unknown[])[]) => lines.map(([, message]) => message);

it("a warning or an error that comes again and again is logged ten times a minute, and how many were left out after it", () => {
  const { lines, log, pass } = logging();
  for (let i = 0; i < 14_404; i += 1) log.warn({ i }, "tokens cannot be checked");
  log.error({}, "another");
  expect(messages(lines)).toEqual([...Array<string>(10).fill("tokens cannot be checked"), "another"]);
  pass(59_999);
  log.warn({}, "tokens cannot be checked");
  expect(lines).toHaveLength(11);
  pass(1);
  log.warn({ last: true }, "tokens cannot be checked");
  expect(lines.slice(11)).toEqual([
    ["warn", "repeated lines were left out of the log", { leftOut: 14_395, message: "tokens cannot be checked" }],
    ["warn", "tokens cannot be checked", { last: true }],
  ]);
});

it("errors from another place in the code are another kind; what a stranger wrote into their words is none", () => {
  const { lines, log } = logging();
  const failed = (text: string) => new Error(`no such field: ${text}`);
  const other = (text: string) => new TypeError(text);
  for (let i = 0; i < 1_000; i += 1) log.error({ err: failed(String(i)) }, "an operation failed");
  for (let i = 0; i < 1_000; i += 1) log.error({ err: other(String(i)) }, "an operation failed");
  expect(lines).toHaveLength(20);
});

it("errors of the database that differ in their SQLSTATE are different kinds, though Prisma throws them from one place", () => {
  const { lines, log } = logging();
  const failed = (originalCode: string) => {
    const meta = { driverAdapterError: { cause: { originalCode } } };
    return Object.assign(new Error("x"), { name: "PrismaClientKnownRequestError", code: "P2010", meta });
  };
  for (const state of ["23514", "42P01"]) {
    for (let i = 0; i < 100; i += 1) log.error({ err: failed(state) }, "an operation failed");
  }
  expect(lines).toHaveLength(20);
});

it("a thousand kinds are no more than fifty and the others", () => {
  const { lines, log } = logging();
  for (let i = 0; i < 1_000; i += 1) log.warn({}, `kind ${i}`);
  expect(lines).toHaveLength(60);
});

it("lines of less weight pass, since an operator asks for them", () => {
  const { lines, log } = logging();
  for (let i = 0; i < 100; i += 1) {
    log.debug({}, "an operation");
    log.info({}, "ready");
  }
  expect(lines).toHaveLength(200);
});
