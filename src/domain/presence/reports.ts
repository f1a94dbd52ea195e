import { type ConnectionIdentity, transition } from "./connection.ts";
import type { Activity, ConnectionEventKind, Millis, Span } from "../model.ts";

/** Something that a back end saw happen to one of its connections. */
export interface ReportedEvent {
  readonly at: Millis;
  readonly kind: ConnectionEventKind;
  readonly activity: Activity;
}

const order: Record<ConnectionEventKind, number> = { CONNECT: 0, HEARTBEAT: 1, DISCONNECT: 2 };

/** IDLE sorts first, so that of two activities told for one moment the active one holds from it on. */
function compare(a: ReportedEvent, b: ReportedEvent): number {
  return a.at - b.at || order[a.kind] - order[b.kind] || Number(b.activity === "IDLE") - Number(a.activity === "IDLE");
}

/**
 * The spans of a reported connection: the fold of ALL its events ever reported, so that order of arrival, repetition
 * and division into calls cannot matter (P15).
 *
 * @param lease length of the lease in milliseconds; connections with evidence INTERVALS have none
 * @param now decides whether the lease of a LEASED connection has run out
 * @param endedAt end of the session; null while it runs. No event may lie after it
 */
export function foldReports(
  who: ConnectionIdentity,
  events: readonly ReportedEvent[],
  lease: Millis,
  now: Millis,
  endedAt: Millis | null,
): Span[] {
  const spans: Span[] = [];
  const step = (input: Parameters<typeof transition>[2]) => {
    for (const span of transition(who, spans.at(-1) ?? null, input, { length: lease, away: null }).write) {
      spans[span.seq] = span;
    }
  };
  for (const event of [...events].sort(compare)) {
    const active = event.activity !== "IDLE";
    switch (event.kind) {
      case "CONNECT":
        step({ kind: "CONNECT", at: event.at, active });
        break;
      case "HEARTBEAT":
        step({ kind: "BEAT", at: event.at, active });
        break;
      case "DISCONNECT":
        step({ kind: "LEAVE", at: event.at });
        break;
    }
  }
  step(endedAt === null ? { kind: "CHECK", at: now } : { kind: "END", at: endedAt });
  return spans;
}
