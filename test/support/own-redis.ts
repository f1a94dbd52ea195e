import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";

/** A Redis of the test's own, to be stopped, frozen and started at will. Keeps nothing on disk. */
export interface OwnRedis {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Answers nobody any more, and holds every connection. */
  freeze(): void;
  thaw(): void;
  dispose(): Promise<void>;
}

/** Throws where `redis-server` is not installed. */
export async function ownRedis(): Promise<OwnRedis> {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), "rollcall-redis-"));
  let running: ChildProcess | null = null;
  const redis: OwnRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const options = [
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        home,
      ];
      const child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
      running = child;
      let said = "";
      await new Promise<void>((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", () => reject(new Error(`redis-server ended: ${said}`)));
        child.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes("Ready to accept connections")) resolve();
        });
      });
    },
    async stop() {
      const child = running;
      running = null;
      if (child === null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    freeze: () => void running?.kill("SIGSTOP"),
    thaw: () => void running?.kill("SIGCONT"),
    async dispose() {
      await redis.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}
