import { type ServerProcess, startProcess } from "./process.ts";

/** A peer by its file in bench/peers, in a process of its own. */
export const startPeer = (file: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> =>
  startProcess(["--import", "tsx", `bench/peers/${file}`], env);
