import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { quickest } from "./quickest.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A real server process. */
export interface Server {
  readonly process: ChildProcess;
  /** Where it serves GraphQL; rejects with all that it printed when it exits instead. */
  readonly ready: Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  /** All that it has printed so far. */
  output(): string;
}

/** An empty directory, removed by `dispose`. */
export function temporaryDirectory(): { readonly path: string; dispose(): void } {
  const path = mkdtempSync(join(quickest(), "rollcall-e2e-"));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

/** The same with a migrated store in it, which a server opens in a third of the time that it takes to make one. */
export function storeDirectory(): ReturnType<typeof temporaryDirectory> {
  const directory = temporaryDirectory();
  cpSync(inject("migratedStore"), directory.path, { recursive: true });
  return directory;
}

/**
 * Node, as built programs are run here. V8's optimising compiler takes a second of a processor for the WebAssembly of a store
 * that lives for a few seconds; the long tests, which measure, leave it on.
 */
export const NODE = [process.execPath, ...(process.env.ROLLCALL_LONG ? [] : ["--liftoff-only"])] as const;

/** Starts the built server with just these settings, on a free port of loopback unless told. */
export function startServer(
  env: Record<string, string>,
  command: readonly string[] = [...NODE, "dist/main.js"],
): Server {
  const { PATH = "", HOME = "" } = process.env;
  const [file = "", ...rest] = command;
  const child = spawn(file, rest, { cwd: ROOT, env: { PATH, HOME, PORT: "0", NODE_ENV: "test", ...env } });
  let output = "";
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal));
  });
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /"url":"([^"]+)"/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("close", () => reject(new Error(`the server ended before it was ready:\n${output}`)));
  });
  // Who waits for the exit alone does not have to care.
  ready.catch(() => undefined);
  return { process: child, ready, exited, output: () => output };
}

/** One GraphQL request over HTTP. */
export async function ask(url: string, token: string | null, query: string, variables: object = {}) {
  const headers = {
    "content-type": "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return (await response.json()) as {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
    data?: any;
    errors?: { message: string; extensions: { code: string; retryable?: boolean } }[];
  };
}
