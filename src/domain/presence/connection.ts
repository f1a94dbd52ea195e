import { changed, staysInside } from "./activity.ts";
import { expiresAt, type Lease } from "./lease.ts";
import type { EndReason, Evidence, Millis, ParticipantRole, Span } from "../model.ts";

/** Who a connection is; what it did is in its spans. */
export interface ConnectionIdentity {
  readonly id: string;
  readonly userId: number;
  readonly role: ParticipantRole;
  readonly evidence: Evidence;
}

/** What happens to a connection. `at` is when it happened, never when we came to handle it. */
export type ConnectionInput =
  /** `active` null: as it was, and active when new. */
  | { readonly kind: "CONNECT"; readonly at: Millis; readonly active: boolean | null }
  /** A heartbeat, or with `active` null a pong: proof of life without a word on activity. */
  | { readonly kind: "BEAT"; readonly at: Millis; readonly active: boolean | null }
  /** The client's own leaving, which proves that it lived until then. */
  | { readonly kind: "LEAVE"; readonly at: Millis }
  /** The socket closed; `alive` when the client closed it. A server's close or a lost network proves nothing. */
  | { readonly kind: "CUT"; readonly at: Millis; readonly alive: boolean }
  /** Somebody looked whether the lease has run out. */
  | { readonly kind: "CHECK"; readonly at: Millis }
  /** The session ended or was cancelled. */
  | { readonly kind: "END"; readonly at: Millis };

/** What others see happen because of it. */
export type Fact = "CONNECTED" | "DISCONNECTED" | "TIMED_OUT" | "ACTIVITY" | "SESSION_ENDED";

export interface Transition {
  /** Spans that changed or are new, in order of `seq`. */
  readonly write: readonly Span[];
  readonly fact: Fact | null;
  /** `over`: the connection had ended before this input. `unknown`: there is no such connection. */
  readonly outcome: "ok" | "over" | "unknown";
}

/** NEW: none yet. OPEN. RESUMABLE: silent for over a lease while the servers were away. LAPSED: lease over. CLOSED. */
export type ConnectionState = "NEW" | "OPEN" | "RESUMABLE" | "LAPSED" | "CLOSED";

export function stateOf(tail: Span, at: Millis, lease: Lease): Exclude<ConnectionState, "NEW">;
export function stateOf(tail: Span | null, at: Millis, lease: Lease): ConnectionState;
export function stateOf(tail: Span | null, at: Millis, lease: Lease): ConnectionState {
  if (tail === null) return "NEW";
  if (tail.endedAt !== null) return "CLOSED";
  if (at > expiresAt(tail, lease)) return "LAPSED";
  return tail.evidence === "INTERVALS" || at <= tail.lastSeenAt + lease.length ? "OPEN" : "RESUMABLE";
}

const nothing = { write: [], fact: null } as const;

/**
 * The one account of what happens to a connection. `tail` is its latest span, null before its first.
 * Never moves a time backwards and never credits time beyond the last proof of life.
 */
export function transition(
  who: ConnectionIdentity,
  tail: Span | null,
  input: ConnectionInput,
  lease: Lease,
): Transition {
  if (tail === null) return opening(who, input);
  switch (stateOf(tail, input.at, lease)) {
    case "CLOSED":
      return { ...nothing, outcome: "over" };
    case "LAPSED":
      return { write: [ended(tail, tail.lastSeenAt, "TIMED_OUT")], fact: "TIMED_OUT", outcome: "over" };
    case "OPEN":
      return whileOpen(tail, input, Math.max(tail.lastSeenAt, input.at));
    case "RESUMABLE":
      return afterOutage(tail, input);
  }
}

function opening(who: ConnectionIdentity, input: ConnectionInput): Transition {
  if (input.kind !== "CONNECT") return { ...nothing, outcome: "unknown" };
  const span: Span = {
    connectionId: who.id,
    seq: 0,
    userId: who.userId,
    role: who.role,
    evidence: who.evidence,
    active: input.active ?? true,
    startedAt: input.at,
    lastSeenAt: input.at,
    endedAt: null,
    endReason: null,
  };
  return { write: [span], fact: "CONNECTED", outcome: "ok" };
}

function whileOpen(tail: Span, input: ConnectionInput, seen: Millis): Transition {
  switch (input.kind) {
    case "CONNECT":
    case "BEAT": {
      const active = input.active ?? tail.active;
      if (active === tail.active) return { write: [{ ...tail, lastSeenAt: seen }], fact: null, outcome: "ok" };
      if (staysInside(tail, seen)) return { write: [changed(tail, seen, active)], fact: "ACTIVITY", outcome: "ok" };
      const before = ended({ ...tail, lastSeenAt: seen }, seen, active ? "ACTIVE" : "IDLE");
      return { write: [before, continued(tail, seen, active)], fact: "ACTIVITY", outcome: "ok" };
    }
    case "LEAVE":
      return close({ ...tail, lastSeenAt: seen }, "DISCONNECTED", "DISCONNECTED");
    case "CUT":
      return close(input.alive ? { ...tail, lastSeenAt: seen } : tail, "SOCKET_CLOSED", "DISCONNECTED");
    case "CHECK":
      return { ...nothing, outcome: "ok" };
    case "END":
      // Who reports only joins and leaves has said that they are here until somebody says otherwise.
      if (tail.evidence !== "INTERVALS") return close(tail, "SESSION_ENDED", "SESSION_ENDED");
      return { write: [ended(tail, seen, "SESSION_ENDED")], fact: "SESSION_ENDED", outcome: "ok" };
  }
}

/** The gap counts nothing: the old span ends where life was last proved, and life goes on in a new one (P13). */
function afterOutage(tail: Span, input: ConnectionInput): Transition {
  switch (input.kind) {
    case "CONNECT":
    case "BEAT": {
      const active = input.active ?? tail.active;
      const before = ended(tail, tail.lastSeenAt, "OUTAGE");
      const fact = active === tail.active ? null : "ACTIVITY";
      return { write: [before, continued(tail, input.at, active)], fact, outcome: "ok" };
    }
    case "LEAVE":
      return close(tail, "DISCONNECTED", "DISCONNECTED");
    case "CUT":
      return close(tail, "SOCKET_CLOSED", "DISCONNECTED");
    case "CHECK":
      return { ...nothing, outcome: "ok" };
    case "END":
      return close(tail, "SESSION_ENDED", "SESSION_ENDED");
  }
}

function close(span: Span, reason: EndReason, fact: Fact): Transition {
  return { write: [ended(span, span.lastSeenAt, reason)], fact, outcome: "ok" };
}

function ended(span: Span, at: Millis, reason: EndReason): Span {
  return { ...span, endedAt: at, endReason: reason };
}

function continued({ changes: _, ...tail }: Span, at: Millis, active: boolean): Span {
  return { ...tail, seq: tail.seq + 1, active, startedAt: at, lastSeenAt: at, endedAt: null, endReason: null };
}
