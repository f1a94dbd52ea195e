/** What a reported connection was, asked of its events in words and ticks: no span, no state that moves along. */
import type { EndReason } from "../../../src/domain/model.ts";
import type { ReportedEvent } from "../../../src/domain/presence/reports.ts";

export interface Life {
  readonly from: number;
  readonly lastSeen: number;
  readonly end: number | null;
  readonly reason: EndReason | null;
  /** The ticks [t, t + 1) in which it was active, up to `until`. */
  readonly activeTicks: readonly number[];
}

/** @param lease in ticks; null for INTERVALS. @returns null when it never connected */
export function lifeOf(
  events: readonly ReportedEvent[],
  lease: number | null,
  now: number,
  endedAt: number | null,
): Life | null {
  const from = Math.min(...events.filter((event) => event.kind === "CONNECT").map((event) => event.at));
  if (from === Infinity) return null;
  const goings = events.filter((event) => event.kind === "DISCONNECT" && event.at >= from).map((event) => event.at);
  const left = Math.min(...goings);
  const told = events.filter((event) => event.at >= from && event.at <= left);
  const moments = [...new Set(told.map((event) => event.at))].sort((a, b) => a - b);
  const silent = (a: number, b: number | undefined) => lease !== null && b !== undefined && b - a > lease;
  const lastSeen = moments.find((moment, i) => silent(moment, moments[i + 1])) ?? Math.max(...moments);

  const ending = ((): { end: number | null; reason: EndReason | null } => {
    if (lastSeen === left) return { end: left, reason: "DISCONNECTED" };
    if (lastSeen < Math.max(...moments) || silent(lastSeen, endedAt ?? now))
      return { end: lastSeen, reason: "TIMED_OUT" };
    if (endedAt === null) return { end: null, reason: null };
    return { end: lease === null ? endedAt : lastSeen, reason: "SESSION_ENDED" };
  })();

  const until = ending.end ?? (lease === null ? Math.max(now, lastSeen) : lastSeen);
  const ticks = Array.from({ length: Math.max(0, until - from) }, (_, i) => from + i);
  return { from, lastSeen, ...ending, activeTicks: ticks.filter((tick) => isActiveAt(told, tick)) };
}

/** The latest word on activity holds; of one moment a heartbeat's before a connect's, and an active one's before IDLE. */
function isActiveAt(told: readonly ReportedEvent[], tick: number): boolean {
  const said = told.filter((event) => event.at <= tick && event.kind !== "DISCONNECT");
  const latest = Math.max(...said.map((event) => event.at));
  const last = said.filter((event) => event.at === latest);
  const beats = last.filter((event) => event.kind === "HEARTBEAT");
  return (beats.length > 0 ? beats : last).some((event) => event.activity !== "IDLE");
}
