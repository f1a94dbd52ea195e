import { RollcallError } from "../errors.ts";
import { anybodyConnected, type CarriedByRole, lastProofOfLife } from "../presence/presence.ts";
import type { Lease } from "../presence/lease.ts";
import type { Millis, SessionFacts, Span } from "../model.ts";

/** A session that takes no connects, no heartbeats and no whiteboard any more. */
export function isFinished(session: SessionFacts): boolean {
  return session.status === "COMPLETED" || session.status === "CANCELLED";
}

/** @throws SESSION_ENDED when the session is completed or cancelled (P12) */
export function requireRunning(session: SessionFacts): void {
  if (session.status === "COMPLETED") throw new RollcallError("SESSION_ENDED", "The session has ended.");
  if (session.status === "CANCELLED") throw new RollcallError("SESSION_ENDED", "The session was cancelled.");
}

/**
 * What ending a session now does: `end` it, or `unchanged` when it has ended before (P16).
 * @throws CONFLICT before its start, or when it was cancelled
 */
export function decideEnd(session: SessionFacts, now: Millis): "end" | "unchanged" {
  if (session.status === "COMPLETED") return "unchanged";
  if (session.status === "CANCELLED") throw new RollcallError("CONFLICT", "A cancelled session cannot be ended.");
  if (now < session.scheduledStart) {
    throw new RollcallError("CONFLICT", "The session has not started yet; it can be cancelled, not ended.");
  }
  return "end";
}

/** @throws CONFLICT when the session is completed */
export function decideCancel(session: SessionFacts): "cancel" | "unchanged" {
  if (session.status === "COMPLETED") throw new RollcallError("CONFLICT", "A completed session cannot be cancelled.");
  return session.status === "CANCELLED" ? "unchanged" : "cancel";
}

/** What is known about the whiteboard of a session that nobody has ended. */
export interface WhiteboardFacts {
  readonly openedAt: Millis;
  readonly lastReportAt: Millis | null;
  readonly spans: readonly Span[];
  /** What closed spans add up to that `spans` leave out; null: none is left out. */
  readonly carried?: CarriedByRole | null;
}

/**
 * When a session that nobody ended counts as ended, once it completes by itself: `grace` milliseconds after the latest
 * of its scheduled end, its creation, the opening of its whiteboard and its last report, with nobody connected (P16).
 * Null: not yet.
 */
export function decideAutoCompletion(
  session: SessionFacts,
  whiteboard: WhiteboardFacts | null,
  now: Millis,
  grace: Millis,
  lease: Lease,
): Millis | null {
  if (isFinished(session)) return null;
  const latest = Math.max(
    session.scheduledEnd,
    session.createdAt,
    whiteboard?.openedAt ?? 0,
    whiteboard?.lastReportAt ?? 0,
  );
  if (now < latest + grace) return null;
  if (whiteboard === null) return session.scheduledEnd;
  if (anybodyConnected(whiteboard.spans, now, lease)) return null;
  return Math.max(session.scheduledEnd, lastProofOfLife(whiteboard.spans, whiteboard.carried) ?? 0);
}
