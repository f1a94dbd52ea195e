import type { ConnectionIdentity } from "../../domain/presence/connection.ts";
import type { Away, Watch } from "../../domain/presence/lease.ts";
import type { Millis, ParticipantRole, PresenceEvent, SessionFacts, Span } from "../../domain/model.ts";
import type { CarriedByRole, LogEntry, ParticipantSummary } from "../../domain/presence/presence.ts";
import type { ReportedEvent } from "../../domain/presence/reports.ts";

export interface Person {
  readonly id: number;
  readonly name: string;
}

/** A whiteboard session with all that presence is derived from, as of one moment of the database. */
export interface Whiteboard {
  readonly id: number;
  readonly openedAt: Millis;
  readonly version: number;
  readonly lastReportAt: Millis | null;
  /** Connections before this time were not recorded; null: none are missing. */
  readonly trackedFrom: Millis | null;
  /** A migration gave the session possible times for impossible ones. */
  readonly timesRepaired: boolean;
  readonly session: SessionFacts;
  readonly tutor: Person;
  readonly student: Person;
  /** All of them, or the open ones alone, with what is carried of the others. */
  readonly spans: readonly Span[];
  /** What the closed spans add up to, where they are not among `spans`; null: all spans are there. */
  readonly carried: CarriedByRole | null;
  /** What the columns still say once retention has removed the spans (D6); null: it has not. */
  readonly remains: Readonly<Record<ParticipantRole, ParticipantSummary>> | null;
  /** How the servers were present themselves, read with the rest; null: none ever was. */
  readonly watch: Watch | null;
  /** The latest stretch in which its rows were locked for longer than any work of ours takes; null: none that counts. */
  readonly locked: Away | null;
}

export interface ConnectionRow extends ConnectionIdentity {
  readonly whiteboardSessionId: number;
  /** The socket that owns it; null: none, it came over HTTP or was reported. */
  readonly socketId: string | null;
}

/** The connections of one participant in one whiteboard session. */
export interface Held {
  /** All there ever were, and the reported ones among them: each kind is counted apart (P7). */
  readonly count: number;
  readonly reported: number;
  /** Those whose server drained and that no other socket has taken over, the longest waiting first. */
  readonly released: readonly { readonly id: string; readonly at: Millis }[];
}

/** What a decision about one whiteboard session stands on; its rows are locked while it is taken. */
export interface LedgerFacts {
  readonly whiteboard: Whiteboard;
  /** Those of the connections asked for that exist, of whichever whiteboard session. */
  readonly connections: ReadonlyMap<string, ConnectionRow>;
  /** The latest spans of the connections asked for that are closed. */
  readonly closed: ReadonlyMap<string, Span>;
  /** The log as stored; null: it is computed from the spans, which are all there. */
  readonly log: readonly LogEntry[] | null;
  /** All events ever reported of the connections asked for. */
  readonly events: ReadonlyMap<string, readonly ReportedEvent[]>;
  /** What connections the whiteboard session has had, by user. */
  readonly held: ReadonlyMap<number, Held>;
}

/** A decision, as data: the store writes all of it in the transaction that read the facts, or nothing. */
export interface LedgerChange<T> {
  readonly result: T;
  /** What watchers are told; null: nothing that they could see has changed. */
  readonly event: PresenceEvent | null;
  readonly connections?: readonly ConnectionRow[];
  /** Spans that are new or changed. */
  readonly spans?: readonly Span[];
  /** Connections whose spans are written anew, whole. */
  readonly replaced?: ReadonlyMap<string, readonly Span[]>;
  readonly owner?: { readonly connectionId: string; readonly socketId: string };
  readonly session?: SessionChange;
  readonly report?: {
    readonly by: number;
    readonly at: Millis;
    readonly events: readonly (ReportedEvent & { readonly connectionId: string })[];
  };
}

export type SessionChange = { readonly status: "IN_PROGRESS" } | SessionEnd;

export type SessionEnd =
  | { readonly status: "COMPLETED"; readonly endedAt: Millis; readonly endedBy: number | null }
  | { readonly status: "CANCELLED"; readonly closedAt: Millis };
