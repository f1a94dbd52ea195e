import type { Actor } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import { isLive, type Lease } from "../../domain/presence/lease.ts";
import type { Activity, ConnectionEventKind, Evidence, Millis, Span } from "../../domain/model.ts";
import { lastProofOfLife } from "../../domain/presence/presence.ts";
import { foldReports, type ReportedEvent } from "../../domain/presence/reports.ts";
import { validateTime } from "../../domain/sessions/scheduling.ts";
import { type Access, require } from "../shared/access.ts";
import { MAX_CONNECTIONS, MAX_OPEN_CONNECTIONS } from "./connect-policy.ts";
import { parseId, parseUuid } from "../shared/arguments.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "../shared/ports.ts";
import type { PresenceService } from "./watch-presence.ts";
import type { PresenceState } from "./presence-state.ts";
import type { ConnectionRow, LedgerChange, LedgerFacts } from "../shared/records.ts";

export interface EventInput {
  readonly connectionId: string;
  readonly userId: string;
  readonly kind: ConnectionEventKind;
  readonly activity?: Activity | null;
  readonly at: Millis;
}

type Reported = ReportedEvent & { readonly connectionId: string; readonly userId: number };

const MAX_EVENTS = 500;
/** How far a reporter's clock may run ahead of ours, in milliseconds. */
const CLOCK_SKEW = 2_000;

export interface ReportService {
  /** Takes what a back end saw elsewhere, all of it or nothing (P15). For services and admins. */
  record(
    actor: Actor,
    whiteboardSessionId: string,
    events: readonly EventInput[],
    evidence: Exclude<Evidence, "LIVE">,
  ): Promise<PresenceState>;
}

export function createReportService(deps: {
  ledger: Ledger;
  access: Access;
  watching: PresenceService;
  clock: Clock;
}): ReportService {
  const { ledger, access, watching, clock } = deps;
  return {
    async record(actor, whiteboardSessionId, inputs, evidence) {
      const whiteboardId = parseId("whiteboardSessionId", whiteboardSessionId);
      const { who } = await access.whiteboard(actor, whiteboardId);
      require(who.admin || who.service, "Only services and admins report connections.");
      const now = clock.now();
      const events = inputs.map(parseEvent);
      validate(events, now);
      if (events.length === 0) return watching.status(actor, whiteboardSessionId);
      const connectionIds = [...new Set(events.map((event) => event.connectionId))];
      // Of whichever time it tells: a report may change what is closed.
      const request = { whiteboardSessionIds: [whiteboardId], connectionIds, held: true, whole: true };
      const [decided] = await ledger.change(request, (facts) =>
        decideReport(facts, { events, evidence, by: actor.id, now, lease: ledger.leaseOf(facts.whiteboard) }),
      );
      if (decided === undefined) throw new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
      return { ...ledger.state(decided.whiteboard), event: decided.change.event ?? "SNAPSHOT" };
    },
  };
}

function parseEvent(input: EventInput, i: number): Reported {
  return {
    connectionId: parseUuid(`events[${i}].connectionId`, input.connectionId),
    userId: parseId(`events[${i}].userId`, input.userId),
    kind: input.kind,
    // A leaving has no activity; told or not, it is one and the same event.
    activity: input.kind === "DISCONNECT" ? "HEARTBEAT" : (input.activity ?? "HEARTBEAT"),
    at: input.at,
  };
}

function validate(events: readonly Reported[], now: Millis): void {
  if (events.length > MAX_EVENTS) {
    throw new RollcallError("VALIDATION_FAILED", `At most ${MAX_EVENTS} events go in one call.`, { field: "events" });
  }
  for (const [i, { at }] of events.entries()) {
    const field = `events[${i}].at`;
    validateTime(field, at);
    if (at > now + CLOCK_SKEW) throw new RollcallError("VALIDATION_FAILED", "An event is in the future.", { field });
  }
}

interface Report {
  readonly events: readonly Reported[];
  readonly evidence: Exclude<Evidence, "LIVE">;
  readonly by: number;
  readonly now: Millis;
  readonly lease: Lease;
}

function decideReport(facts: LedgerFacts, report: Report): LedgerChange<null> {
  const { whiteboard } = facts;
  const { session } = whiteboard;
  if (session.status === "CANCELLED") throw new RollcallError("SESSION_ENDED", "The session was cancelled.");
  if (whiteboard.remains !== null) {
    throw new RollcallError(
      "SESSION_ENDED",
      "The session has ended and its connection data was deleted: no more events are accepted.",
    );
  }
  const { endedAt } = session;
  if (endedAt !== null && report.events.some((event) => event.at > endedAt)) {
    throw new RollcallError("SESSION_ENDED", "An event is after the end of the session.");
  }
  const rows = connectionsOf(facts, report);
  const replaced = new Map<string, Span[]>();
  for (const row of rows.values()) {
    const reported = report.events.filter((event) => event.connectionId === row.id);
    const all = distinct([...(facts.events.get(row.id) ?? []), ...reported]);
    // An event within the allowed skew ahead of us must not expire what it proves.
    const now = Math.max(report.now, ...reported.map((event) => event.at));
    replaced.set(row.id, foldReports(row, all, report.lease.length, now, endedAt));
  }
  const after = [
    ...whiteboard.spans.filter((span) => !replaced.has(span.connectionId)),
    ...[...replaced.values()].flat(),
  ];
  requireFewOpen(after, report);
  const before = whiteboard.spans.filter((span) => replaced.has(span.connectionId));
  return {
    result: null,
    event: eventOf(before, [...replaced.values()].flat()),
    connections: [...rows.values()].filter((row) => !facts.connections.has(row.id)),
    replaced,
    session: session.status === "SCHEDULED" && lastProofOfLife(after) !== null ? { status: "IN_PROGRESS" } : undefined,
    report: { by: report.by, at: report.now, events: report.events },
  };
}

/**
 * The connections that the report is about, known and new.
 * @throws BAD_USER_INPUT for strangers, CONFLICT for ids in use otherwise, RATE_LIMITED past 1,000 reported ones of one participant
 */
function connectionsOf(facts: LedgerFacts, { events, evidence }: Report): Map<string, ConnectionRow> {
  const { whiteboard } = facts;
  const rows = new Map<string, ConnectionRow>();
  const counts = new Map([...facts.held].map(([id, { reported }]) => [id, reported]));
  for (const [i, { connectionId, userId }] of events.entries()) {
    const role =
      userId === whiteboard.session.tutorId ? "TUTOR" : userId === whiteboard.session.studentId ? "STUDENT" : null;
    if (role === null) {
      throw new RollcallError("BAD_USER_INPUT", "userId is neither the tutor nor the student of this session.", {
        field: `events[${i}].userId`,
      });
    }
    const known = rows.get(connectionId) ?? facts.connections.get(connectionId);
    const row = known ?? {
      id: connectionId,
      whiteboardSessionId: whiteboard.id,
      userId,
      role,
      evidence,
      socketId: null,
    };
    if (row.userId !== userId || row.whiteboardSessionId !== whiteboard.id || row.evidence !== evidence) {
      throw new RollcallError(
        "CONFLICT",
        "A connection id is in use: by another person, live, or with other evidence.",
      );
    }
    if (known === undefined) counts.set(userId, (counts.get(userId) ?? 0) + 1);
    if ((counts.get(userId) ?? 0) > MAX_CONNECTIONS) {
      throw new RollcallError(
        "RATE_LIMITED",
        `At most ${MAX_CONNECTIONS} reported connections to one whiteboard session.`,
      );
    }
    rows.set(connectionId, row);
  }
  return rows;
}

/** @throws RATE_LIMITED when a participant would have more than 20 reported connections open at once (P7) */
function requireFewOpen(spans: readonly Span[], { now, lease }: Report): void {
  const open = new Map<number, number>();
  for (const span of spans) {
    if (span.evidence !== "LIVE" && isLive(span, now, lease)) open.set(span.userId, (open.get(span.userId) ?? 0) + 1);
  }
  if (Math.max(0, ...open.values()) > MAX_OPEN_CONNECTIONS) {
    throw new RollcallError("RATE_LIMITED", `At most ${MAX_OPEN_CONNECTIONS} reported connections are open at once.`);
  }
}

function distinct(events: readonly ReportedEvent[]): ReportedEvent[] {
  const keyed = new Map(events.map((event) => [`${event.at} ${event.kind} ${event.activity}`, event]));
  return [...keyed.values()];
}

/** What watchers see of a report, the most telling first; null when it changed nothing that they see. */
function eventOf(before: readonly Span[], after: readonly Span[]): LedgerChange<null>["event"] {
  const key = (span: Span) =>
    JSON.stringify([span.connectionId, span.active, span.startedAt, span.endedAt, span.endReason]);
  const seen = new Set(before.map(key));
  const fresh = after.filter((span) => !seen.has(key(span)));
  if (fresh.length === 0 && after.length === before.length) return null;
  const open = fresh.filter((span) => span.endedAt === null);
  const known = new Set(before.filter((span) => span.endedAt === null).map((span) => span.connectionId));
  if (open.some((span) => !known.has(span.connectionId))) return "CONNECTED";
  if (open.length > 0) return "ACTIVITY";
  if (fresh.some((span) => span.endReason === "TIMED_OUT")) return "TIMED_OUT";
  return fresh.some((span) => span.endReason === "SESSION_ENDED") ? "SESSION_ENDED" : "DISCONNECTED";
}
