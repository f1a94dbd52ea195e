import { transition } from "../../domain/presence/connection.ts";
import { awayBy, looked, lockedRowsLooked } from "../../domain/presence/lease.ts";
import { decideAutoCompletion } from "../../domain/sessions/lifecycle.ts";
import type { Millis } from "../../domain/model.ts";
import { tails } from "../../domain/presence/presence.ts";
import type { Heartbeats } from "../presence/heartbeats.ts";
import type { Ledger } from "../presence/ledger.ts";
import { chunks, type JobRunner } from "./job-runner.ts";
import type { Clock } from "../shared/ports.ts";
import type { LedgerChange, LedgerFacts } from "../shared/records.ts";
import type { OverdueSession, Place, SessionStore } from "./session-store.ts";

/** Whiteboard sessions, or sessions, that one transaction takes on. */
const BATCH = 200;
/** Overdue sessions that one statement looks at. */
const LOOK_AT = 1_000;
/** Of several processes that look at once one is first; of those behind it the next is, and so on. */
const MAX_LOOKS = 5;
/** Fewer, since each brings all of its connections, spans and events. */
const REMOVAL_BATCH = 50;

/**
 * What goes on without anybody asking. Every part is safe to run in several processes at once: rows that another one
 * works on are skipped, and what is decided is decided under lock.
 */
export interface MaintenanceJobs {
  /** Tells all processes that proofs of life can be written, or since when what came here could not be (P13). */
  look(): Promise<void>;
  /** Tells all processes which whiteboards' rows somebody keeps locked: nobody can prove life there (P13). */
  lookAtLockedRows(): Promise<void>;
  /** Ends the connections whose lease has run out, at their last proof of life (P5). Answers with how many whiteboards changed. */
  sweep(): Promise<number>;
  /** Begins no further batch: the process is about to stop. */
  rest(): void;
  /** Completes the sessions that nobody ended (P16). Answers with how many. */
  completeOverdue(): Promise<number>;
  /** Removes evidence that is older than it may be kept (D6). Answers with the number of sessions that lost theirs. */
  removeOldEvidence(): Promise<number>;
}

export function createMaintenanceJobs(deps: {
  ledger: Ledger;
  sessions: SessionStore;
  heartbeats: Pick<Heartbeats, "unwritten">;
  clock: Clock;
  maintenance: JobRunner;
  /** Milliseconds after which a session that nobody ends completes by itself. */
  grace: Millis;
  /** Milliseconds that evidence is kept after the end of its session; null: for ever. */
  retention: Millis | null;
}): MaintenanceJobs {
  const { ledger, sessions, heartbeats, clock, maintenance, grace, retention } = deps;
  const { length, tolerance } = ledger.settings;

  const expire = ({ whiteboard }: Pick<LedgerFacts, "whiteboard">): LedgerChange<number> => {
    const lease = ledger.leaseOf(whiteboard);
    const check = { kind: "CHECK", at: clock.now() } as const;
    const closed = tails(whiteboard.spans).flatMap(
      (tail) => transition({ ...tail, id: tail.connectionId }, tail, check, lease).write,
    );
    return { result: closed.length, event: closed.length > 0 ? "TIMED_OUT" : null, spans: closed };
  };

  const complete = ({ whiteboard }: LedgerFacts): LedgerChange<number> => {
    const endedAt = decideAutoCompletion(
      whiteboard.session,
      whiteboard,
      clock.now(),
      grace,
      ledger.leaseOf(whiteboard),
    );
    if (endedAt === null) return { result: 0, event: null };
    // Nobody is connected: what is open still has run out, and says so (P5).
    const { spans } = expire({ whiteboard });
    return { result: 1, event: "SESSION_ENDED", spans, session: { status: "COMPLETED", endedAt, endedBy: null } };
  };

  async function change(ids: readonly number[], decide: (facts: LedgerFacts) => LedgerChange<number>): Promise<number> {
    const decided = await ledger.change({ whiteboardSessionIds: ids, skipLocked: true }, decide);
    return decided.filter(({ change }) => change.result > 0).length;
  }

  const describe = (whiteboardSessionId: number) => ({ whiteboardSessionId });

  return {
    rest: () => maintenance.stop(),
    async look() {
      for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
        const seen = await ledger.store.watch();
        if (seen !== null) await clock.catchUp(seen.aliveAt);
        const now = clock.now();
        const unwritten = heartbeats.unwritten(now - length);
        if (await ledger.store.setWatch(seen, looked(seen, now, tolerance, length, unwritten))) return;
        // Another process looked in between. What it wrote says all that we have to say, unless only we are kept out.
        if (unwritten === null) return;
      }
    },
    lookAtLockedRows() {
      const now = clock.now();
      // A heartbeat is due after half a lease at the latest: who is silent for longer may be kept from it.
      return ledger.store.watchLockedRows(now - length / 2, (seen, free, watch) =>
        lockedRowsLooked(
          seen,
          free,
          now,
          Math.min(tolerance, length / 8),
          length,
          awayBy(watch, now, tolerance, length),
        ),
      );
    },
    async sweep() {
      const now = clock.now();
      const away = awayBy(await ledger.store.watch(), now, tolerance, length);
      // Until a lease after the servers' return only those can be over who had run out before they went away.
      const since = away !== null && now <= away.until + length ? Math.min(now, away.from) : now;
      return maintenance.walk<number, number>({
        name: "expiry",
        async find(after) {
          const items = await ledger.store.silentSince(since - length, BATCH, after ?? 0);
          return { items, next: items.length < BATCH ? null : (items.at(-1) ?? null) };
        },
        batches: (ids) => [ids],
        run: (ids) => change(ids, expire),
        idOf: (id) => id,
        describe,
      });
    },
    completeOverdue() {
      const before = clock.now() - grace;
      return maintenance.walk<OverdueSession, Place>({
        name: "completion",
        find: (after) => sessions.overdue(before, LOOK_AT, after),
        batches: (items) =>
          [items.filter(hasWhiteboard), items.filter((item) => !hasWhiteboard(item))].flatMap((part) =>
            chunks(part, BATCH),
          ),
        async run(items) {
          const whiteboards = items.flatMap((item) => item.whiteboardSessionId ?? []);
          if (whiteboards.length > 0) return change(whiteboards, complete);
          const ids = items.map(({ id }) => id);
          return (await sessions.completeWithoutWhiteboard(ids, before)).length;
        },
        idOf: ({ id }) => id,
        describe: ({ id, whiteboardSessionId }) => ({ sessionId: id, whiteboardSessionId }),
      });
    },
    async removeOldEvidence() {
      if (retention === null) return 0;
      const now = clock.now();
      return maintenance.walk<number, Place>({
        name: "retention",
        find: (after) => sessions.oldEvidence(now - retention, REMOVAL_BATCH, after),
        batches: (ids) => [ids],
        run: (ids) => sessions.removeEvidence(ids, now - retention, now),
        idOf: (id) => id,
        describe,
      });
    },
  };
}

const hasWhiteboard = ({ whiteboardSessionId }: OverdueSession) => whiteboardSessionId !== null;
