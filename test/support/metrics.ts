import { createLogger } from "../../src/log.ts";
import type { Log } from "../../src/services/shared/ports.ts";
import type { TestApp } from "./app.ts";

/** What /metrics shows, as one reads it: `rollcall_sockets`, `rollcall_errors_total{code="CONFLICT"}`. */
export type Sample = (name: string) => number | undefined;

export async function scrape(app: TestApp): Promise<Sample> {
  const text = await (await fetch(new URL("/metrics", app.url))).text();
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^([^#\s]\S*) (\S+)$/.exec(line) ?? [];
    if (name !== undefined) samples.set(name, Number(value));
  }
  return (name) => samples.get(name);
}

export interface Recorded {
  readonly log: Log;
  /** The lines so far. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
  lines(): any[];
}

/** The server's own log, every level of it, to be read line by line. */
export function recordLog(): Recorded {
  const written: string[] = [];
  const log = createLogger("debug", { write: (line) => void written.push(line) });
  return { log, lines: () => written.map((line) => JSON.parse(line) as unknown) };
}
