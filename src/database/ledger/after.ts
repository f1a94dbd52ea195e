import { carry, NOTHING, reachesBehind } from "../../domain/carried.ts";
import type { Millis, ParticipantRole, Span } from "../../domain/model.ts";
import { connectionLog, type LogEntry, logAfter } from "../../domain/presence.ts";
import type { Board, LedgerChange } from "../../services/records.ts";

/** The board as the change leaves it, closed spans carried. */
export function boardAfter<T>(board: Board, change: LedgerChange<T>, now: Millis): Board {
  const spans = spansAfter(board, change);
  const carried = (role: ParticipantRole) =>
    carry(
      board.carried?.[role] ?? NOTHING,
      spans.filter((span) => span.role === role),
      now,
    );
  return {
    ...board,
    version: change.event === null ? board.version : board.version + 1,
    lastReportAt: change.report?.at ?? board.lastReportAt,
    session: change.session === undefined ? board.session : { ...board.session, ...sessionAfter(change.session) },
    spans: spans.filter((span) => span.endedAt === null),
    carried: { TUTOR: carried("TUTOR"), STUDENT: carried("STUDENT") },
  };
}

/** The log after the change; null: it stays as it is. `stored` null: it is computed from the spans, which are all there. */
export function logOf(
  board: Board,
  stored: readonly LogEntry[] | null,
  change: LedgerChange<unknown>,
): readonly LogEntry[] | null {
  if (stored === null) return connectionLog(spansAfter(board, change));
  return logAfter(stored, board.spans, change.spans ?? []);
}

/** Whether the change can only be accounted for with all spans, which this board leaves out. */
export function needsAllSpans({ carried, spans }: Board, { spans: written = [] }: LedgerChange<unknown>): boolean {
  if (carried === null) return false;
  const behind = (role: ParticipantRole) =>
    reachesBehind(
      carried[role],
      spans,
      written.filter((span) => span.role === role),
    );
  return behind("TUTOR") || behind("STUDENT");
}

export function touchesBoard(change: LedgerChange<unknown>): boolean {
  return change.event !== null || (change.spans ?? []).length > 0 || change.replaced !== undefined;
}

function spansAfter<T>(board: Board, change: LedgerChange<T>): Span[] {
  const written = new Map((change.spans ?? []).map((span) => [`${span.connectionId}/${span.seq}`, span]));
  const kept = board.spans.filter(
    (span) => !written.has(`${span.connectionId}/${span.seq}`) && !change.replaced?.has(span.connectionId),
  );
  return [...kept, ...written.values(), ...[...(change.replaced?.values() ?? [])].flat()];
}

function sessionAfter(change: NonNullable<LedgerChange<unknown>["session"]>) {
  if (change.status !== "COMPLETED") return { status: change.status };
  return { status: change.status, endedAt: change.endedAt, endedOnRequest: change.endedBy !== null };
}
