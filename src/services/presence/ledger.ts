import { awayBy, bothAway, type Lease } from "../../domain/presence/lease.ts";
import { RollcallError } from "../../domain/errors.ts";
import type { Millis } from "../../domain/model.ts";
import { createBatcher } from "../shared/batcher.ts";
import type { Clock, LedgerStore, PresenceBus } from "../shared/ports.ts";
import { type PresenceState, presenceState } from "./presence-state.ts";
import type { Whiteboard, ConnectionRow, LedgerChange, LedgerFacts } from "../shared/records.ts";

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
  /** The lease that holds now, by what the whiteboard's reading tells of the servers' own absences. */
  leaseOf(whiteboard: Whiteboard): Lease;
  /** Presence as it is now. */
  state(whiteboard: Whiteboard): PresenceState;
  /** Of each in their order, read now, together with what others ask for; undefined where there is none. */
  whiteboards(whiteboardSessionIds: readonly number[]): Promise<(Whiteboard | undefined)[]>;
  /** Read together with what others ask for: many beats for connections that there are not cost one statement. */
  connection(id: string): Promise<ConnectionRow | null>;
  /** Presence, read now. @throws NOT_FOUND */
  read(whiteboardSessionId: number): Promise<PresenceState>;
  change<T>(
    request: Parameters<LedgerStore["change"]>[0],
    decide: (facts: LedgerFacts) => LedgerChange<T>,
  ): Promise<{ whiteboard: Whiteboard; change: LedgerChange<T> }[]>;
}

const WHITEBOARD_BATCH_SIZE = 100;
const CONNECTIONS_BATCH_SIZE = 1_000;

export function createLedger(store: LedgerStore, bus: PresenceBus, clock: Clock, settings: LeaseSettings): Ledger {
  const leaseOf = (whiteboard: Whiteboard): Lease => {
    const away = awayBy(whiteboard.watch, clock.now(), settings.tolerance, settings.length);
    return { length: settings.length, away: bothAway(away, whiteboard.locked, settings.length) };
  };
  const state = (whiteboard: Whiteboard) => presenceState(whiteboard, "SNAPSHOT", clock.now(), leaseOf(whiteboard));
  const readOne = createBatcher(async (ids: readonly number[]) => {
    const whiteboards = new Map((await store.whiteboards(ids)).map((each) => [each.id, each]));
    return ids.map((id) => whiteboards.get(id));
  }, WHITEBOARD_BATCH_SIZE);
  const connection = createBatcher(async (ids: readonly string[]) => {
    const rows = new Map((await store.connections(ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  }, CONNECTIONS_BATCH_SIZE);
  return {
    store,
    settings,
    leaseOf,
    state,
    connection,
    whiteboards: (ids) => Promise.all(ids.map(readOne)),
    async read(id) {
      const found = await readOne(id);
      if (found === undefined) throw new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
      return state(found);
    },
    async change(request, decide) {
      const decided = await store.change(request, decide);
      for (const { whiteboard, change } of decided) {
        if (change.event !== null)
          bus.publish(presenceState(whiteboard, change.event, clock.now(), leaseOf(whiteboard)));
      }
      return decided;
    },
  };
}
