import type { Watch } from "../../domain/presence/lease.ts";
import type { Millis, ParticipantRole } from "../../domain/model.ts";
import type { PresenceState } from "../presence/presence-state.ts";
import type { Whiteboard, ConnectionRow, LedgerChange, LedgerFacts } from "./records.ts";

/** Time and timers. One clock serves all processes: the database's (D3). */
export interface Clock {
  /** Milliseconds since the epoch, whole. */
  now(): Millis;
  /**
   * Milliseconds that pass evenly, for limits and pauses: `now` stands still behind a database whose clock was put back, and
   * the two cannot be compared.
   */
  monotonic(): Millis;
  /**
   * Another process has read `seen` from its clock. Where that is well ahead, as after a failover to a server whose clock is
   * ahead, this one is set at once: what is stamped by it until then would look too old to the others.
   */
  catchUp(seen: Millis): Promise<void>;
  /** Runs `run` every `ms` milliseconds of this clock until the returned function is called; runs never overlap. */
  every(ms: number, run: () => Promise<void>): () => void;
}

/**
 * Why the store failed: nothing can be had from it now; some rows could not be had in time, while others can; or a fault,
 * which a second attempt does not mend.
 */
export type StoreTrouble = "away" | "busy" | "fault";

export interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/**
 * Carries presence to whoever follows a whiteboard session, in whichever process. Publishing never fails and never
 * waits. A bus may lose messages: what must not be missed is in the ledger.
 */
export interface PresenceBus {
  publish(state: PresenceState): void;
  /** Attached when this resolves; the function it answers with detaches at once. */
  subscribe(whiteboardSessionId: number, listener: (state: PresenceState) => void): Promise<() => void> | (() => void);
}

/** A session that has changed, with what tells whom it concerns. */
export interface ChangedSession {
  readonly id: number;
  readonly tutorId: number;
  readonly studentId: number;
  readonly scheduledStart: Millis;
}

/**
 * Tells every process which sessions have changed: one message for each commit, whoever is concerned, since it is tiny
 * and a process listens only while somebody follows sessions there. As lossy as {@link PresenceBus}.
 */
export interface ChangeBus {
  announce(changed: readonly ChangedSession[]): void;
  listen(listener: (changed: readonly ChangedSession[]) => void): Promise<() => void> | (() => void);
}

/** A heartbeat or, with `active` null, a pong, on its way into the ledger. `userId` null: on somebody's behalf. */
export interface Beat {
  readonly connectionId: string;
  readonly userId: number | null;
  readonly active: boolean | null;
  readonly at: Millis;
}

/** A beat that was left out because somebody else holds a lock on what it would change. */
export interface LockedBeat {
  readonly connectionId: string;
  readonly lastSeenAt: null;
}

/** A beat that is committed. */
export interface BeatRow {
  readonly connectionId: string;
  readonly whiteboardSessionId: number;
  readonly role: ParticipantRole;
  readonly lastSeenAt: Millis;
}

/** A whiteboard session as it stands: how new its presence is, and whose it is. */
export interface Head {
  readonly id: number;
  readonly version: number;
  readonly tutorId: number;
  readonly studentId: number;
}

/** The evidence: connections, spans, reported events. */
export interface LedgerStore {
  /**
   * One short transaction: locks the sessions and whiteboard sessions, reads the facts, lets `decide` account, writes.
   * Answers with what was decided and the whiteboards as they are after, in the order of their ids; with `skipLocked`
   * those that somebody else works on are left out.
   */
  change<T>(
    request: {
      readonly whiteboardSessionIds: readonly number[];
      readonly connectionIds?: readonly string[];
      readonly skipLocked?: boolean;
      /** Also what connections their participants have had. */
      readonly held?: boolean;
      /** With all spans, for changes of what is closed; else with the open ones, where the others are carried. */
      readonly whole?: boolean;
    },
    decide: (facts: LedgerFacts) => LedgerChange<T>,
  ): Promise<{ whiteboard: Whiteboard; change: LedgerChange<T> }[]>;
  /** As presence needs them: the open spans, and what is carried of the others. */
  whiteboards(whiteboardSessionIds: readonly number[]): Promise<Whiteboard[]>;
  /** With all spans. */
  wholeWhiteboards(whiteboardSessionIds: readonly number[]): Promise<Whiteboard[]>;
  /** What their followers must know of without being told. */
  heads(whiteboardSessionIds: readonly number[]): Promise<Head[]>;
  /** Those that exist. */
  connections(ids: readonly string[]): Promise<ConnectionRow[]>;
  /** Lets the connections go that their sockets still own: the next socket of the same person may take them over. */
  release(owned: readonly { connectionId: string; socketId: string }[], at: Millis): Promise<void>;
  /**
   * One statement for the whole batch, which waits for no row; answers with those it recorded, and those that it has to
   * be given again later. The others need a closer look.
   */
  beat(beats: readonly Beat[], lease: Millis): Promise<(BeatRow | LockedBeat)[]>;
  /** Whiteboard sessions with an id above `after` and an open connection that was last seen before `before`, by id. */
  silentSince(before: Millis, limit: number, after: number): Promise<number[]>;
  watch(): Promise<Watch | null>;
  /**
   * Replaces the record read before, where proofs of life can be written now: fails where a lock on a table that they
   * change keeps them out. False: another process did so first.
   */
  setWatch(seen: Watch | null, next: Watch): Promise<boolean>;
  /**
   * Looks whether somebody else locks rows of a whiteboard session, of those with a live connection that was last seen before `before`
   * and of those with a record. `next` decides each record, by the servers' own too.
   */
  watchLockedRows(
    before: Millis,
    next: (seen: Watch | null, free: boolean, servers: Watch | null) => Watch | null,
  ): Promise<void>;
}
