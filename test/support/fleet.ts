import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { freePort } from "./ports.ts";
import { SECRET } from "./running-lesson.ts";
import { type Server, startServer, temporaryDirectory } from "./server.ts";

/** Several server processes on one database and one Redis, each at an address that it keeps when it comes back. */
export interface Fleet {
  readonly size: number;
  /** Where each serves GraphQL, up or not. */
  readonly urls: readonly string[];
  /** Those that are ready. */
  up(): number[];
  /** Starts it anew; resolves when it is ready. */
  start(which: number): Promise<void>;
  /** `kill -9`. */
  kill(which: number): Promise<void>;
  /** SIGSTOP: it holds what it has, and does nothing any more. */
  freeze(which: number): void;
  /** SIGCONT. */
  thaw(which: number): void;
  /** SIGTERM; answers with the exit code. */
  stop(which: number): Promise<number | NodeJS.Signals | null>;
  /** What processes said that ended although nobody ended them. One that cannot start is none of them. */
  readonly crashes: string[];
}

export async function startFleet(size: number, env: Record<string, string>): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: size }, freePort));
  const directory = temporaryDirectory();
  const servers: (Server | null)[] = ports.map(() => null);
  const ready = new Set<number>();
  const crashes: string[] = [];
  const expected = new Set<Server>();

  const end = async (which: number, signal: NodeJS.Signals) => {
    const server = servers[which];
    if (server == null) throw new Error(`server ${which} does not run`);
    expected.add(server);
    ready.delete(which);
    server.process.kill(signal);
    const code = await server.exited;
    servers[which] = null;
    return code;
  };
  const fleet: Fleet = {
    size,
    urls: ports.map((port) => `http://127.0.0.1:${port}/graphql`),
    up: () => [...ready],
    async start(which) {
      const server = startServer({
        DATA_DIR: directory.path,
        HOST: "127.0.0.1",
        JWT_SECRET: SECRET,
        LIMIT_HEARTBEATS: "10000",
        LIMIT_SUBSCRIPTIONS: "10000",
        NODE_ENV: "production",
        ...env,
        PORT: String(ports[which]),
      });
      servers[which] = server;
      void server.exited.then((code) => {
        const served = ready.delete(which);
        if (served && !expected.has(server)) crashes.push(`server ${which} ended with ${code}:\n${server.output()}`);
      });
      await server.ready;
      if (servers[which] === server && !expected.has(server)) ready.add(which);
    },
    kill: async (which) => void (await end(which, "SIGKILL")),
    freeze(which) {
      ready.delete(which);
      servers[which]?.process.kill("SIGSTOP");
    },
    thaw(which) {
      servers[which]?.process.kill("SIGCONT");
      if (servers[which] != null) ready.add(which);
    },
    stop: (which) => end(which, "SIGTERM"),
    crashes,
  };
  onTestFinished(async () => {
    for (const [which, server] of servers.entries()) if (server !== null) await end(which, "SIGKILL");
    directory.dispose();
  });
  // The first one migrates.
  await fleet.start(0);
  await Promise.all(ports.slice(1).map((_, i) => fleet.start(i + 1)));
  return fleet;
}

/** A process that finds the database down ends with a message; whoever runs it starts it again. */
export async function startAgain(start: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await start();
    } catch {
      await sleep(500);
    }
  }
}
