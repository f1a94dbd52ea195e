import type { Known } from "./wild-values.ts";

export interface FuzzTarget {
  readonly url: string;
  /** Tokens of people in several roles. */
  readonly tokens: readonly string[];
  readonly known: Known;
  /** What the server checks tokens with. */
  readonly secret: string;
}

export interface FuzzReport {
  /** Answers by what they were: the code of an error, "ok", an HTTP status, a close code. */
  readonly seen: Map<string, number>;
  /** What must not happen, each with what was sent. */
  readonly findings: string[];
}

export const STATUSES = new Set([200, 400, 401, 405, 413, 415]);

export function note({ seen }: FuzzReport, what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}
