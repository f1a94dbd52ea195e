import { awayBy, bothAway, type Lease } from "../domain/lease.ts";
import { RollcallError } from "../domain/errors.ts";
import type { Millis } from "../domain/model.ts";
import { together } from "./together.ts";
import type { Clock, LedgerStore, PresenceBus } from "./ports.ts";
import { type PresenceState, presenceState } from "./presence-state.ts";
import type { Board, ConnectionRow, LedgerChange, LedgerFacts } from "./records.ts";

export interface LeaseSettings {
  /** How long a connection lives without proof of life, in milliseconds. */
  readonly length: Millis;
  /** For how long nothing may be written before that counts as the servers being away, in milliseconds. */
  readonly tolerance: Millis;
}

/** The ledger as services use it: decisions are committed first, then published. */
export interface Ledger {
  readonly store: LedgerStore;
  readonly settings: LeaseSettings;
  /** The lease that holds now, by what the board's reading tells of the servers' own absences. */
  leaseOf(board: Board): Lease;
  /** Presence as it is now. */
  state(board: Board): PresenceState;
  /** Of each in their order, read now, together with what others ask for; undefined where there is none. */
  boards(whiteboardSessionIds: readonly number[]): Promise<(Board | undefined)[]>;
  /** Read together with what others ask for: many beats for connections that there are not cost one statement. */
  connection(id: string): Promise<ConnectionRow | null>;
  /** Presence, read now. @throws NOT_FOUND */
  read(whiteboardSessionId: number): Promise<PresenceState>;
  change<T>(
    request: Parameters<LedgerStore["change"]>[0],
    decide: (facts: LedgerFacts) => LedgerChange<T>,
  ): Promise<{ board: Board; change: LedgerChange<T> }[]>;
}

const BOARDS_AT_ONCE = 100;
const CONNECTIONS_AT_ONCE = 1_000;

export function createLedger(store: LedgerStore, bus: PresenceBus, clock: Clock, settings: LeaseSettings): Ledger {
  const leaseOf = (board: Board): Lease => {
    const away = awayBy(board.watch, clock.now(), settings.tolerance, settings.length);
    return { length: settings.length, away: bothAway(away, board.locked, settings.length) };
  };
  const state = (board: Board) => presenceState(board, "SNAPSHOT", clock.now(), leaseOf(board));
  const board = together(async (ids: readonly number[]) => {
    const boards = new Map((await store.boards(ids)).map((each) => [each.id, each]));
    return ids.map((id) => boards.get(id));
  }, BOARDS_AT_ONCE);
  const connection = together(async (ids: readonly string[]) => {
    const rows = new Map((await store.connections(ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  }, CONNECTIONS_AT_ONCE);
  return {
    store,
    settings,
    leaseOf,
    state,
    connection,
    boards: (ids) => Promise.all(ids.map(board)),
    async read(id) {
      const found = await board(id);
      if (found === undefined) throw new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
      return state(found);
    },
    async change(request, decide) {
      const decided = await store.change(request, decide);
      for (const { board, change } of decided) {
        if (change.event !== null) bus.publish(presenceState(board, change.event, clock.now(), leaseOf(board)));
      }
      return decided;
    },
  };
}
