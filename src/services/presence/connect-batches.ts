import { RollcallError } from "../../domain/errors.ts";
import type { Span } from "../../domain/model.ts";
import { connectPolicy } from "./connect-policy.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "../shared/ports.ts";
import type { Whiteboard, ConnectionRow, LedgerChange, LedgerFacts } from "../shared/records.ts";
import { createBatcher } from "../shared/batcher.ts";

/** Somebody who connects. */
export interface ConnectRow {
  readonly row: ConnectionRow;
  /** No id was asked for. */
  readonly anyId: boolean;
}

/** What came of it, and its whiteboard session as it is after. */
export interface ConnectResult {
  readonly span: Span;
  readonly whiteboard: Whiteboard;
}

type Refused = { readonly refused: RollcallError };
type Decided = Refused | { readonly span: Span };
type Outcome = Refused | ConnectResult | "alone";

const ENTRIES_BATCH_SIZE = 100;

/**
 * Connects, in one transaction for as many as wait: after a server's end hundreds come at once. Those who find their
 * whiteboard session in somebody else's hands, or came together with another one of it, get a transaction of their own,
 * so that nobody waits for a lock that does not concern them.
 * @returns the connection's latest span and its whiteboard, as they were committed. @throws what `decideConnect` throws, and NOT_FOUND
 */
export function createConnectBatches(deps: {
  ledger: Ledger;
  clock: Clock;
}): (entry: ConnectRow) => Promise<ConnectResult> {
  const { ledger, clock } = deps;
  const decide = (facts: LedgerFacts, { row, anyId }: ConnectRow) =>
    connectPolicy(facts, row, clock.now(), ledger.leaseOf(facts.whiteboard), anyId);

  async function alone(entry: ConnectRow): Promise<ConnectResult> {
    const request = {
      whiteboardSessionIds: [entry.row.whiteboardSessionId],
      connectionIds: [entry.row.id],
      held: true,
    };
    const [decided] = await ledger.change(request, (facts) => decide(facts, entry));
    if (decided === undefined) throw new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
    return { span: decided.change.result, whiteboard: decided.whiteboard };
  }

  async function many(entries: readonly ConnectRow[]): Promise<Outcome[]> {
    const first = new Map<number, ConnectRow>();
    for (const entry of entries) {
      if (!first.has(entry.row.whiteboardSessionId)) first.set(entry.row.whiteboardSessionId, entry);
    }
    const connectionIds = [...first.values()].map(({ row }) => row.id);
    const request = { whiteboardSessionIds: [...first.keys()], connectionIds, skipLocked: true, held: true };
    const decideOne = (facts: LedgerFacts): LedgerChange<Decided> => {
      try {
        const change = decide(facts, first.get(facts.whiteboard.id) as ConnectRow);
        return { ...change, result: { span: change.result } };
      } catch (error) {
        if (!(error instanceof RollcallError)) throw error;
        return { result: { refused: error }, event: null };
      }
    };
    const outcomes = new Map<ConnectRow, Outcome>();
    try {
      // From what was committed: a transaction that runs again may decide otherwise, and about fewer.
      for (const { whiteboard, change } of await ledger.change(request, decideOne)) {
        const { result } = change;
        outcomes.set(
          first.get(whiteboard.id) as ConnectRow,
          "span" in result ? { span: result.span, whiteboard } : result,
        );
      }
    } catch (error) {
      // One of them asked for an id that was taken a moment before: the others have nothing to do with it.
      if (!(error instanceof RollcallError)) throw error;
    }
    return entries.map((entry) => outcomes.get(entry) ?? "alone");
  }

  const enter = createBatcher(many, ENTRIES_BATCH_SIZE);
  return async (entry) => {
    const outcome = await enter(entry);
    if (outcome === "alone") return alone(entry);
    if ("refused" in outcome) throw outcome.refused;
    return outcome;
  };
}
