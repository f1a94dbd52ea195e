import { availableParallelism, cpus } from "node:os";
import { onServer } from "./support/place.ts";

/** Where it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly postgresql: string;
}

export async function readMachine(): Promise<Machine> {
  const [row] = await onServer<{ server_version: string }>("show server_version");
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.versions.node,
    postgresql: row?.server_version.split(" ")[0] ?? "unknown",
  };
}
