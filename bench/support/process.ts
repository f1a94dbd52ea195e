import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A server in a process of its own: the product, or a peer. */
export interface ServerProcess {
  readonly url: URL;
  readonly pid: number;
  /** CPU seconds, user and system, since it started. */
  cpu(): number;
  /** Bytes that are resident now. */
  resident(): number;
  stop(): Promise<void>;
}

/** Ticks of /proc: Linux has had 100 a second on every platform that Node runs on. */
const TICKS = 100;

/** Runs a server; it is ready once it has printed `"url":"…"`. */
export async function startProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH, HOME, NODE_ENV: "production", ...env } });
  const url = await ready(child);
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, "utf8");
  return {
    url: new URL(url),
    pid: child.pid ?? 0,
    cpu() {
      // The name, in parentheses, may hold anything; utime and stime are the 12th and 13th after it.
      const fields = proc("stat").split(") ").at(-1)?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    resident: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(proc("status"))?.[1]) * 1024,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
      }),
  };
}

/** The address that it prints; its output goes on being read, so that it never waits for us. */
function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      if (output.length > 65_536) return;
      output += chunk.toString();
      const url = /"url":"([^"]+)"/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", () => reject(new Error(`a server ended before it was ready:\n${output}`)));
  });
}

/** CPU microseconds of a server for each of what was done meanwhile. */
export async function costOf<T extends { readonly done: number }>(
  server: Pick<ServerProcess, "cpu">,
  work: () => Promise<T>,
): Promise<T & { readonly cpuMicros: number }> {
  const before = server.cpu();
  const result = await work();
  return { ...result, cpuMicros: ((server.cpu() - before) * 1e6) / result.done };
}
