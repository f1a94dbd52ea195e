import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { startServer, storeDirectory } from "../../support/server.ts";

/** The commands of a section, in order, as they are pasted. */
function commandsOf(title: string): string[] {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const [, section = ""] = new RegExp(`\\n## ${title}\\n([^]*?)\\n## `).exec(readme) ?? [];
  return [...section.matchAll(/^( *)```sh\n([^]*?)\n\1```/gm)].map(([, indent = "", block = ""]) =>
    block.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

// Some forty Node processes, one after the other: a few seconds, or a minute on a machine that does much else.
test(
  "the README's steps run as pasted, twice, and the front end's lesson after them takes its student in",
  { timeout: 180_000 },
  async () => {
    const directory = storeDirectory();
    const server = startServer({ DATA_DIR: directory.path, NODE_ENV: "development" });
    onTestFinished(async () => {
      server.process.kill("SIGTERM");
      await server.exited;
      directory.dispose();
    });
    const url = await server.ready;
    const [start, tools = "", ...steps] = commandsOf("A first lesson");
    expect([start, steps.length]).toEqual(["npm start", 8]);
    const table = commandsOf("As a table");
    expect(table).toHaveLength(1);
    // Steps 1 and 2 again for the front end, where somebody attends who could not after the end of the lesson.
    const joins =
      'gql "$STUDENT" "mutation { connect(input: { whiteboardSessionId: $WHITEBOARD }) { role heartbeatSeconds } }"';
    const pasted = [tools, ...steps, ...steps, ...steps.slice(0, 2), joins, ...table].join("\n");
    const script = `sleep() { :; }\n${pasted.replaceAll("http://localhost:4000", new URL(url).origin)}`;
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, DATA_DIR: directory.path, NODE_ENV: "development" };
    const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script], { env });
    const printed = stdout + stderr;
    expect(printed).not.toContain("errors");
    const count = (text: string) => printed.split(text).length - 1;
    expect([count('"status":"COMPLETED"'), count('"marked":true'), count('"role":"STUDENT"')]).toEqual([2, 2, 3]);
    // A heading, and the two lessons that were marked.
    expect(
      stdout
        .slice(stdout.lastIndexOf("}\n") + 2)
        .trim()
        .split("\n"),
    ).toHaveLength(3);
  },
);
