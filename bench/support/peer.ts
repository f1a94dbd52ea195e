import { type ServerProcess, startProcess } from "./process.ts";

/** A peer from bench/peers, in its process. */
export const startPeer = (name: string, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> =>
  startProcess(["--import", "tsx", `bench/peers/${name}.ts`], env);
