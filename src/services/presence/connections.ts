import type { Actor } from "../../domain/access.ts";
import { type ConnectionInput, transition } from "../../domain/presence/connection.ts";
import { RollcallError } from "../../domain/errors.ts";
import type { Activity, Millis, ParticipantRole, Span } from "../../domain/model.ts";
import type { Access } from "../shared/access.ts";
import { participant, tailOf } from "./connect-policy.ts";
import type { ConnectResult, ConnectRow } from "./connect-batches.ts";
import type { HeartbeatLimit } from "./heartbeat-limit.ts";
import type { Heartbeats } from "./heartbeats.ts";
import { parseId, parseUuid } from "../shared/arguments.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "../shared/ports.ts";
import type { PresenceState } from "./presence-state.ts";
import { createBatcher } from "../shared/batcher.ts";
import type { ConnectionRow, LedgerChange, LedgerFacts } from "../shared/records.ts";

/** A connection as its owner sees it right after an operation. */
export interface ConnectionView {
  readonly id: string;
  readonly whiteboardSessionId: number;
  readonly role: ParticipantRole;
  readonly open: boolean;
  readonly lastActivityAt: Millis;
}

export interface ConnectRequest {
  readonly whiteboardSessionId: string;
  readonly connectionId?: string | null;
  readonly userId?: string | null;
}

/** Whether the person's own next socket may go on with it: an id of the client's own goes on by itself, a service's is not theirs. */
export function goesOn({ connectionId, userId }: Pick<ConnectRequest, "connectionId" | "userId">): boolean {
  return connectionId == null && userId == null;
}

export interface Connections {
  /** @param socketId the WebSocket it came over; the connection closes when that does (P8). Null over HTTP. */
  connect(actor: Actor, request: ConnectRequest, socketId: string | null): Promise<ConnectionView>;
  /** The same, with presence as it is after that commit. */
  enter(
    actor: Actor,
    request: ConnectRequest,
    socketId: string | null,
  ): Promise<{ readonly connection: ConnectionView; readonly state: PresenceState }>;
  heartbeat(actor: Actor, connectionId: string, activity: Activity, arrivedAt: Millis): Promise<ConnectionView>;
  disconnect(actor: Actor, connectionId: string, arrivedAt: Millis): Promise<ConnectionView>;
  /** The end of attending; a connection that a newer socket has claimed is none of its business (P3). */
  leave(connectionId: string, socketId: string): Promise<void>;
  /** A closed socket takes its connections along, those that no newer socket has claimed (P3, P8). */
  cut(connectionId: string, socketId: string, end: { at: Millis; alive: boolean }): Promise<void>;
  /** The server drains: the connections stay, for their people to go on with over another one. */
  release(owned: readonly { connectionId: string; socketId: string }[]): Promise<void>;
  /** Proof of life by pong. `left`: somebody closed the connection; `over`: it ended otherwise. */
  pong(connectionId: string, at: Millis): Promise<"open" | "left" | "over">;
}

/** Of a connection, as its socket tells it. */
interface End {
  readonly connectionId: string;
  readonly socketId: string;
  readonly input: ConnectionInput;
}

const ENDS_BATCH_SIZE = 100;
/** For so long a client may still beat over the socket that a drain is about to close. */
const LAST_WORDS_MS = 1_500;

export function createConnections(deps: {
  ledger: Ledger;
  access: Access;
  enter: (entry: ConnectRow) => Promise<ConnectResult>;
  heartbeats: Heartbeats;
  limit: HeartbeatLimit;
  clock: Clock;
  /** When what is read now has come, at the earliest. */
  arrivals: Pick<Clock, "now">;
  /** How often clients send heartbeats, in milliseconds. */
  heartbeatEvery: Millis;
  newId: () => string;
}): Connections {
  const { ledger, access, enter, heartbeats, limit, clock, arrivals, heartbeatEvery, newId } = deps;

  /** @throws NOT_FOUND unless it is a live connection of the actor's, or the actor is a service */
  async function own(actor: Actor, connectionId: string): Promise<ConnectionRow> {
    const row = await ledger.connection(connectionId);
    if (row === null || (row.userId !== actor.id && !actor.roles.has("service"))) throw noSuchConnection();
    if (row.evidence !== "LIVE")
      throw new RollcallError("CONFLICT", "This connection was reported by a back end; it cannot be used here.");
    return row;
  }

  type Step = { tail: Span; outcome: string; sessionOver: boolean };

  function decideStep(
    facts: LedgerFacts,
    row: ConnectionRow,
    input: ConnectionInput,
    onlyFor: string | null,
  ): LedgerChange<Step> {
    const tail = tailOf(facts, row.id);
    if (tail === null) throw noSuchConnection();
    const claimed = onlyFor !== null && facts.connections.get(row.id)?.socketId !== onlyFor;
    const next = claimed
      ? ({ write: [], fact: null, outcome: "ok" } as const)
      : transition(row, tail, input, ledger.leaseOf(facts.whiteboard));
    const result = { tail: next.write.at(-1) ?? tail, outcome: next.outcome, sessionOver: isOver(facts) };
    return { result, event: next.fact, spans: next.write };
  }

  /** Takes one input through the domain under lock; the outcome says whether the connection was still there. */
  async function step(row: ConnectionRow, input: ConnectionInput, onlyFor: string | null = null): Promise<Step> {
    const request = { whiteboardSessionIds: [row.whiteboardSessionId], connectionIds: [row.id] };
    const [decided] = await ledger.change(request, (facts) => decideStep(facts, row, input, onlyFor));
    if (decided === undefined) throw noSuchConnection();
    return decided.change.result;
  }

  /**
   * In one transaction for as many as wait, as they connect: where a load balancer goes, thousands of sockets close at
   * once. Null: nothing is left to do; else a row whose whiteboard session is in somebody else's hands.
   */
  const endMany = createBatcher(async (ends: readonly End[]): Promise<(ConnectionRow | null)[]> => {
    const rows = new Map(
      (await ledger.store.connections(ends.map((end) => end.connectionId))).map((row) => [row.id, row]),
    );
    const left = new Map<End, ConnectionRow>();
    for (const end of ends) {
      const row = rows.get(end.connectionId);
      if (row?.socketId === end.socketId) left.set(end, row);
    }
    const first = new Map<number, End>();
    for (const [end, row] of left) if (!first.has(row.whiteboardSessionId)) first.set(row.whiteboardSessionId, end);
    if (first.size > 0) {
      const connectionIds = [...first.values()].map((end) => end.connectionId);
      const request = { whiteboardSessionIds: [...first.keys()], connectionIds, skipLocked: true };
      const decided = await ledger.change(request, (facts) => {
        const end = first.get(facts.whiteboard.id) as End;
        return decideStep(facts, left.get(end) as ConnectionRow, end.input, end.socketId);
      });
      for (const { whiteboard } of decided) left.delete(first.get(whiteboard.id) as End);
    }
    return ends.map((end) => left.get(end) ?? null);
  }, ENDS_BATCH_SIZE);

  /** Nothing when the socket does not own the connection, or not any more. */
  async function stepOf(socketId: string, connectionId: string, input: ConnectionInput): Promise<void> {
    const row = await endMany({ socketId, connectionId, input });
    if (row !== null) await step(row, input, socketId);
  }

  const connections: Connections = {
    async connect(actor, request, socketId) {
      return (await connections.enter(actor, request, socketId)).connection;
    },

    async enter(actor, request, socketId) {
      const whiteboardId = parseId("whiteboardSessionId", request.whiteboardSessionId);
      const anyId = goesOn(request);
      const id = request.connectionId == null ? newId() : parseUuid("connectionId", request.connectionId);
      const { tutorId, studentId, who } = await access.whiteboard(actor, whiteboardId);
      const { userId, role } = participant(actor, request.userId ?? null, { tutorId, studentId, who });
      const row: ConnectionRow = { id, whiteboardSessionId: whiteboardId, userId, role, evidence: "LIVE", socketId };
      const { span, whiteboard } = await enter({ row, anyId });
      if (span.endedAt !== null) throw expired(span, false);
      return { connection: view({ ...row, id: span.connectionId }, span), state: ledger.state(whiteboard) };
    },

    async heartbeat(actor, connectionId, activity, arrivedAt) {
      const id = parseUuid("connectionId", connectionId);
      const active = activity !== "IDLE";
      const userId = actor.roles.has("service") ? null : actor.id;
      // By the person too: nobody uses up what somebody else may send.
      if (userId !== null && !limit.take(`${id} ${userId}`, clock.monotonic())) {
        throw new RollcallError("RATE_LIMITED", "Too many heartbeats for this connection. Send them less often.");
      }
      const waited = clock.now() - arrivedAt;
      const done = await heartbeats.record({ connectionId: id, userId, active, at: arrivedAt }, async () => {
        const row = await own(actor, id);
        const { tail, outcome, sessionOver } = await step(row, { kind: "BEAT", at: arrivedAt, active });
        if (outcome !== "ok") throw expired(tail, sessionOver);
        return { ...row, lastSeenAt: tail.lastSeenAt };
      });
      // Its proof is too old for the next heartbeat to come in time: whoever still lives sends another one at once.
      if (waited > ledger.settings.length - heartbeatEvery) throw stoodStill();
      const { whiteboardSessionId, role, lastSeenAt } = done;
      return { id, whiteboardSessionId, role, open: true, lastActivityAt: lastSeenAt };
    },

    async disconnect(actor, connectionId, arrivedAt) {
      const row = await own(actor, parseUuid("connectionId", connectionId));
      const { tail } = await step(row, { kind: "LEAVE", at: arrivedAt });
      return view(row, tail);
    },

    leave: (connectionId, socketId) => stepOf(socketId, connectionId, { kind: "LEAVE", at: arrivals.now() }),
    cut: (connectionId, socketId, end) => stepOf(socketId, connectionId, { kind: "CUT", ...end }),

    async release(owned) {
      if (owned.length > 0) await ledger.store.release(owned, clock.now() + LAST_WORDS_MS);
    },

    async pong(connectionId, at) {
      const beat = { connectionId, userId: null, active: null, at };
      const done = await heartbeats.record<"open" | "left" | "over">(beat, async () => {
        const row = await ledger.connection(connectionId);
        if (row === null) return "over";
        const { tail, outcome } = await step(row, { kind: "BEAT", at, active: null });
        if (outcome === "ok") return "open";
        return tail.endReason === "DISCONNECTED" ? "left" : "over";
      });
      return typeof done === "string" ? done : "open";
    },
  };
  return connections;
}

function stoodStill(): RollcallError {
  return new RollcallError("UNAVAILABLE", "The server did not respond for a while. Send the heartbeat again.");
}

function isOver({ whiteboard }: LedgerFacts): boolean {
  return whiteboard.session.status === "COMPLETED" || whiteboard.session.status === "CANCELLED";
}

function view(row: ConnectionRow, tail: Span): ConnectionView {
  const { id, whiteboardSessionId, role } = row;
  return { id, whiteboardSessionId, role, open: tail.endedAt === null, lastActivityAt: tail.lastSeenAt };
}

function noSuchConnection(): RollcallError {
  return new RollcallError("NOT_FOUND", "There is no such connection.");
}

function expired(tail: Span, sessionOver: boolean): RollcallError {
  if (sessionOver || tail.endReason === "SESSION_ENDED") {
    return new RollcallError("SESSION_ENDED", "The session has ended.");
  }
  return new RollcallError("CONNECTION_EXPIRED", "This connection has ended. Connect again.");
}
