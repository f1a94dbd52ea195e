import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/log.ts";

function record(level: "info" | "silent", write: (logger: ReturnType<typeof createLogger>) => void): unknown[] {
  const lines: string[] = [];
  write(createLogger(level, { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe("the log", () => {
  it("is one JSON object a line, with the time in ISO 8601 and the level by name, from the chosen level up", () => {
    const lines = record("info", (logger) => {
      logger.debug("not this");
      logger.info({ port: 4000 }, "listening");
    });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect(lines).toEqual([{ level: "info", time, port: 4000, msg: "listening" }]);
    expect(record("silent", (logger) => logger.fatal("nothing"))).toEqual([]);
  });

  it("tells of an error what it is and why, and nothing that a driver has hung on it", () => {
    const cause = Object.assign(new TypeError("no such column"), { detail: "Failing row contains (hunter2)" });
    const error = Object.assign(new Error("the query failed", { cause }), {
      code: "P2010",
      meta: { value: "hunter2" },
    });
    const refused = new AggregateError([new Error("::1 refused")], "nobody answers");
    const lines = record("info", (logger) => {
      logger.info({ err: error }, "one");
      logger.info({ err: refused }, "several");
      logger.info({ err: "hunter2" }, "none");
    });
    const stack = expect.stringContaining("log.test.ts") as string;
    expect(lines).toMatchObject([
      {
        err: { type: "Error", code: "P2010", message: "the query failed", stack, cause: { message: "no such column" } },
      },
      { err: { type: "AggregateError", errors: [{ message: "::1 refused" }] } },
      { err: { type: "string" } },
    ]);
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  it("never shows what stands under a key of secrets, at the top or up to two objects down", () => {
    const keys = ["authorization", "Authorization", "cookie", "token", "secret", "password", "connectionParams"];
    const secrets = Object.fromEntries(keys.map((key) => [key, "hunter2"]));
    const lines = record("info", (logger) => {
      logger.info(secrets);
      logger.info({ request: { ...secrets, headers: secrets } });
      logger.child({ headers: secrets }).info("child");
    });
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    expect(JSON.stringify(lines)).toContain("[redacted]");
  });
});
