import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, type TestContext } from "vitest";
import { quickest } from "../../support/quickest.ts";
import { NODE } from "../../support/server.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const PATIENCE = 120_000;

interface Demo {
  /** What it has printed so far. */
  output(): string;
  /** Resolves with the match as soon as it has printed it. */
  prints(pattern: RegExp): Promise<RegExpMatchArray>;
  signal(name: NodeJS.Signals): void;
  /** The exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What lies in its directory for temporary files. */
  left(): string[];
}

/** The built demo, its output no terminal, with a directory for temporary files of its own. */
function startDemo({ onTestFinished }: TestContext, command: string, ...args: string[]): Demo {
  const temporary = mkdtempSync(join(quickest(), "rollcall-demo-test-"));
  const env = { ...process.env, TMPDIR: temporary, NODE_ENV: "" };
  const running = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  onTestFinished(() => {
    // npm too has a child, and a test that failed leaves both.
    if (running.pid !== undefined && running.exitCode === null) process.kill(-running.pid, "SIGKILL");
    rmSync(temporary, { recursive: true, force: true });
  });
  let output = "";
  const add = (chunk: Buffer) => (output += chunk.toString());
  running.stdout.on("data", add);
  running.stderr.on("data", add);
  const ended = new Promise<number | null>((resolve) => running.on("close", (code) => resolve(code)));
  return {
    output: () => output,
    ended,
    signal: (name) => running.kill(name),
    left: () => readdirSync(temporary),
    async prints(pattern) {
      await expect.poll(() => output, { timeout: PATIENCE }).toMatch(pattern);
      return output.match(pattern) as RegExpMatchArray;
    },
  };
}

// Most of it is waiting for the clock, even one that runs fast.
describe.concurrent("npm run demo", () => {
  test(
    "the demo plays two lessons, explains what it suggests, and leaves nothing behind",
    { timeout: PATIENCE },
    async (context) => {
      const demo = startDemo(context, ...NODE, "dist/demo/main.js");
      expect(await demo.ended, demo.output()).toBe(0);
      const output = demo.output();
      for (const line of [
        /Dawit Abebe connected, 8\.0 min after the start/,
        /Nora Lind opened another tab: still one person/,
        /Jonas Berg dropped out: last sign of life \d+ s ago/,
        /Jonas Berg is back after 15\.0 min/,
        /High confidence: Tutor present, Student late\. Ready to auto-apply\./,
        /present +Selam Bekele, tutor +high +S6 +0\.0 min +52\.5 min +87\.5%/,
        /late +Dawit Abebe, student +high +S5 +8\.0 min +45\.0 min +75\.0%/,
        /Moderate confidence: Tutor present, Student present\. Please review\./,
        /present +Nora Lind, tutor +high +S6 +0\.0 min +45\.0 min +100\.0%/,
        /present +Jonas Berg, student +medium +S6 +1\.0 min +29\.0 min +64\.4%/,
        /Selam Bekele, source WHITEBOARD_AUTO\n +tutor +present, as before\n +student +present -> late/,
      ]) {
        expect(output).toMatch(line);
      }
      expect(output).not.toContain("\u001b");
      for (const line of output.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
      expect(demo.left()).toEqual([]);
    },
  );

  test(
    "a signal in the middle of a lesson ends it, and leaves nothing behind",
    { timeout: PATIENCE },
    async (context) => {
      const demo = startDemo(context, ...NODE, "dist/demo/main.js");
      await demo.prints(/Selam Bekele connected/);
      demo.signal("SIGINT");
      expect(await demo.ended, demo.output()).toBe(130);
      expect(demo.left()).toEqual([]);
    },
  );

  test(
    "--keep serves on with what it takes to try it, until npm is told to stop",
    { timeout: PATIENCE },
    async (context) => {
      const demo = startDemo(context, "npm", "run", "--silent", "demo", "--", "--keep");
      const curl = /^curl -s (?<url>\S+) -H '(?<type>[^']+)' -H '(?<auth>[^']+)' -d '(?<body>[^']+)'$/m;
      const { url = "", type = "", auth = "", body } = (await demo.prints(curl)).groups ?? {};
      const headers = [type, auth].map((header) => header.split(": ") as [string, string]);
      const answer = await fetch(url, { method: "POST", headers, body });
      expect(await answer.json()).toMatchObject({ data: { attendanceSuggestion: { student: { status: "ABSENT" } } } });
      demo.signal("SIGTERM");
      expect(await demo.ended, demo.output()).toBe(0);
      expect(demo.left()).toEqual([]);
    },
  );

  test("an unknown option is refused in words", { timeout: PATIENCE }, async (context) => {
    const demo = startDemo(context, ...NODE, "dist/demo/main.js", "--kep");
    expect(await demo.ended).toBe(1);
    expect(demo.output()).toContain("--keep  leaves the server running");
  });
});
