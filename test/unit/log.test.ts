import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/log.ts";

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
