import { spawn } from "node:child_process";
import { expect } from "vitest";

export interface Example {
  /** Waits until it has printed that. */
  shows(text: string | RegExp): Promise<void>;
  printed(): string;
  type(line: string): void;
  /** Ends it, or sees that it has ended. */
  dispose(): Promise<void>;
}

/** Runs an example as its first lines say. */
export function runExample(file: string, args: string[], env: Record<string, string>): Example {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [file, ...args], { env: { PATH, ...env } });
  let output = "";
  const read = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    shows: (text) => expect.poll(() => output, { timeout: 15_000 }).toMatch(text),
    printed: () => output,
    type: (line) => void child.stdin.write(`${line}\n`),
    dispose() {
      child.kill();
      return exited;
    },
  };
}
