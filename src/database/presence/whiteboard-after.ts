import { carry, NOTHING, reachesBehind } from "../../domain/presence/carried.ts";
import type { Millis, ParticipantRole, Span } from "../../domain/model.ts";
import { connectionLog, type LogEntry, logAfter } from "../../domain/presence/presence.ts";
import type { Whiteboard, LedgerChange } from "../../services/shared/records.ts";

/** The whiteboard as the change leaves it, closed spans carried. */
export function whiteboardAfter<T>(whiteboard: Whiteboard, change: LedgerChange<T>, now: Millis): Whiteboard {
  const spans = spansAfter(whiteboard, change);
  const carried = (role: ParticipantRole) =>
    carry(
      whiteboard.carried?.[role] ?? NOTHING,
      spans.filter((span) => span.role === role),
      now,
    );
  return {
    ...whiteboard,
    version: change.event === null ? whiteboard.version : whiteboard.version + 1,
    lastReportAt: change.report?.at ?? whiteboard.lastReportAt,
    session:
      change.session === undefined ? whiteboard.session : { ...whiteboard.session, ...sessionAfter(change.session) },
    spans: spans.filter((span) => span.endedAt === null),
    carried: { TUTOR: carried("TUTOR"), STUDENT: carried("STUDENT") },
  };
}

/** The log after the change; null: it stays as it is. `stored` null: it is computed from the spans, which are all there. */
export function logOf(
  whiteboard: Whiteboard,
  stored: readonly LogEntry[] | null,
  change: LedgerChange<unknown>,
): readonly LogEntry[] | null {
  if (stored === null) return connectionLog(spansAfter(whiteboard, change));
  return logAfter(stored, whiteboard.spans, change.spans ?? []);
}

/** Whether the change can only be accounted for with all spans, which this whiteboard leaves out. */
export function needsAllSpans({ carried, spans }: Whiteboard, { spans: written = [] }: LedgerChange<unknown>): boolean {
  if (carried === null) return false;
  const behind = (role: ParticipantRole) =>
    reachesBehind(
      carried[role],
      spans,
      written.filter((span) => span.role === role),
    );
  return behind("TUTOR") || behind("STUDENT");
}

export function touchesWhiteboard(change: LedgerChange<unknown>): boolean {
  return change.event !== null || (change.spans ?? []).length > 0 || change.replaced !== undefined;
}

function spansAfter<T>(whiteboard: Whiteboard, change: LedgerChange<T>): Span[] {
  const written = new Map((change.spans ?? []).map((span) => [`${span.connectionId}/${span.seq}`, span]));
  const kept = whiteboard.spans.filter(
    (span) => !written.has(`${span.connectionId}/${span.seq}`) && !change.replaced?.has(span.connectionId),
  );
  return [...kept, ...written.values(), ...[...(change.replaced?.values() ?? [])].flat()];
}

function sessionAfter(change: NonNullable<LedgerChange<unknown>["session"]>) {
  if (change.status !== "COMPLETED") return { status: change.status };
  return { status: change.status, endedAt: change.endedAt, endedOnRequest: change.endedBy !== null };
}
