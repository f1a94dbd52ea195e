import { onTestFinished } from "vitest";
import { SECRET } from "./running-lesson.ts";
import { type Server, startServer, temporaryDirectory } from "./server.ts";

/** A server with an empty directory of its own, killed when the test is over unless it has ended. */
export function ownServer(env: Record<string, string>, command?: readonly string[]): Server {
  const directory = temporaryDirectory();
  const server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, ...env }, command);
  onTestFinished(async () => {
    server.process.kill("SIGKILL");
    await server.exited;
    directory.dispose();
  });
  return server;
}
