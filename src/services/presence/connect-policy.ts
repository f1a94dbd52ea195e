import { type Actor, attendsAs } from "../../domain/access.ts";
import { transition } from "../../domain/presence/connection.ts";
import { RollcallError } from "../../domain/errors.ts";
import { isLive, type Lease } from "../../domain/presence/lease.ts";
import { requireRunning } from "../../domain/sessions/lifecycle.ts";
import type { Millis, ParticipantRole, Span } from "../../domain/model.ts";
import { require } from "../shared/access.ts";
import { parseId } from "../shared/arguments.ts";
import type { ConnectionRow, LedgerChange, LedgerFacts } from "../shared/records.ts";

/** Live ones of one participant in one whiteboard session, and as many reported ones (P7). */
export const MAX_OPEN_CONNECTIONS = 20;
export const MAX_CONNECTIONS = 1_000;

/** Who connects, from who the caller is in that session, never from input (P2). */
export function participant(
  actor: Actor,
  userId: string | null,
  related: { tutorId: number; studentId: number; who: Parameters<typeof attendsAs>[0] },
): { userId: number; role: ParticipantRole } {
  const { tutorId, studentId, who } = related;
  if (userId !== null) {
    require(who.service, "userId is for services, which connect on somebody's behalf.");
    const id = parseId("userId", userId);
    if (id === tutorId) return { userId: id, role: "TUTOR" };
    if (id === studentId) return { userId: id, role: "STUDENT" };
    throw new RollcallError("BAD_USER_INPUT", "userId is neither the tutor nor the student of this session.", {
      field: "userId",
    });
  }
  const role = attendsAs(who);
  if (role === null && who.service)
    throw new RollcallError("BAD_USER_INPUT", "A service must give userId.", { field: "userId" });
  require(role !== null, "Only the tutor and the student of a session connect to its whiteboard.");
  return { userId: actor.id, role };
}

/**
 * Opens a connection, or takes the retry of one that is open.
 * @param anyId no id was asked for: one of the same person that a draining server let go is taken over, so that
 *   whoever comes back over another server was never gone
 * @throws CONFLICT for an id in use otherwise, SESSION_ENDED, RATE_LIMITED
 */
export function connectPolicy(
  facts: LedgerFacts,
  asked: ConnectionRow,
  now: Millis,
  lease: Lease,
  anyId: boolean,
): LedgerChange<Span> {
  const { whiteboard } = facts;
  const orphan = anyId ? orphanFor(facts, asked, now, lease) : undefined;
  const row = orphan === undefined ? asked : { ...asked, id: orphan };
  const known = orphan === undefined ? facts.connections.get(row.id) : row;
  if (known !== undefined) {
    const same =
      known.userId === row.userId && known.whiteboardSessionId === whiteboard.id && known.evidence === "LIVE";
    if (!same) throw new RollcallError("CONFLICT", "This connection id is in use.");
  }
  requireRunning(whiteboard.session);
  const tail = tailOf(facts, row.id);
  if (tail === null) requireCapacity(facts, row, now, lease);
  // Who comes anew is active, as where no server drained; an idle page says so again.
  const active = orphan === undefined ? null : true;
  const { write, fact, outcome } = transition(row, tail, { kind: "CONNECT", at: now, active }, lease);
  return {
    result: write.at(-1) ?? (tail as Span),
    event: fact,
    spans: write,
    connections: known === undefined ? [row] : [],
    // Over HTTP there is no socket that could own it: the one that does keeps it (P3).
    owner:
      known === undefined || outcome !== "ok" || row.socketId === null
        ? undefined
        : { connectionId: row.id, socketId: row.socketId },
    session: whiteboard.session.status === "SCHEDULED" ? { status: "IN_PROGRESS" } : undefined,
  };
}

/** Only a socket takes over what was a socket's. */
function orphanFor(facts: LedgerFacts, { userId, socketId }: ConnectionRow, now: Millis, lease: Lease) {
  if (socketId === null) return undefined;
  const orphan = facts.held.get(userId)?.released.find(({ id, at }) => {
    const tail = tailOf(facts, id);
    // Who has proved life since it was let go has not left it: it goes on by its id, over HTTP or another socket.
    return tail !== null && isLive(tail, now, lease) && tail.lastSeenAt <= at;
  });
  return orphan?.id;
}

/** @throws RATE_LIMITED at 20 open live connections of the participant, or 1,000 in all; reported ones use up none (P7) */
function requireCapacity(facts: LedgerFacts, row: ConnectionRow, now: Millis, lease: Lease): void {
  const open = facts.whiteboard.spans.filter(
    (span) => span.userId === row.userId && span.evidence === "LIVE" && isLive(span, now, lease),
  );
  if (open.length >= MAX_OPEN_CONNECTIONS) {
    throw new RollcallError("RATE_LIMITED", `At most ${MAX_OPEN_CONNECTIONS} connections are open at once.`);
  }
  const held = facts.held.get(row.userId);
  if (held !== undefined && held.count - held.reported >= MAX_CONNECTIONS) {
    throw new RollcallError("RATE_LIMITED", `At most ${MAX_CONNECTIONS} connections to one whiteboard session.`);
  }
}

/** The latest span of a connection that was asked for, or is open; null before its first. */
export function tailOf({ whiteboard, closed }: LedgerFacts, connectionId: string): Span | null {
  const spans = whiteboard.spans.filter((span) => span.connectionId === connectionId);
  return spans.reduce(
    (tail, span) => (tail === null || span.seq > tail.seq ? span : tail),
    closed.get(connectionId) ?? null,
  );
}
