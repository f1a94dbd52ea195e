import { RollcallError } from "../domain/errors.ts";
import type { Span } from "../domain/model.ts";
import { decideConnect } from "./connecting.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";
import type { Board, ConnectionRow, LedgerChange, LedgerFacts } from "./records.ts";
import { together } from "./together.ts";

/** Somebody who connects. */
export interface Entry {
  readonly row: ConnectionRow;
  /** No id was asked for. */
  readonly anyId: boolean;
}

/** What came of it, and its whiteboard session as it is after. */
export interface Entered {
  readonly span: Span;
  readonly board: Board;
}

type Refused = { readonly refused: RollcallError };
type Decided = Refused | { readonly span: Span };
type Outcome = Refused | Entered | "alone";

const ENTRIES_AT_ONCE = 100;

/**
 * Connects, in one transaction for as many as wait: after a server's end hundreds come at once. Those who find their
 * whiteboard session in somebody else's hands, or came together with another one of it, get a transaction of their own,
 * so that nobody waits for a lock that does not concern them.
 * @returns the connection's latest span and its room, as they were committed. @throws what `decideConnect` throws, and NOT_FOUND
 */
export function createEntering(deps: { ledger: Ledger; clock: Clock }): (entry: Entry) => Promise<Entered> {
  const { ledger, clock } = deps;
  const decide = (facts: LedgerFacts, { row, anyId }: Entry) =>
    decideConnect(facts, row, clock.now(), ledger.leaseOf(facts.board), anyId);

  async function alone(entry: Entry): Promise<Entered> {
    const request = {
      whiteboardSessionIds: [entry.row.whiteboardSessionId],
      connectionIds: [entry.row.id],
      held: true,
    };
    const [decided] = await ledger.change(request, (facts) => decide(facts, entry));
    if (decided === undefined) throw new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
    return { span: decided.change.result, board: decided.board };
  }

  async function many(entries: readonly Entry[]): Promise<Outcome[]> {
    const first = new Map<number, Entry>();
    for (const entry of entries) {
      if (!first.has(entry.row.whiteboardSessionId)) first.set(entry.row.whiteboardSessionId, entry);
    }
    const connectionIds = [...first.values()].map(({ row }) => row.id);
    const request = { whiteboardSessionIds: [...first.keys()], connectionIds, skipLocked: true, held: true };
    const decideOne = (facts: LedgerFacts): LedgerChange<Decided> => {
      try {
        const change = decide(facts, first.get(facts.board.id) as Entry);
        return { ...change, result: { span: change.result } };
      } catch (error) {
        if (!(error instanceof RollcallError)) throw error;
        return { result: { refused: error }, event: null };
      }
    };
    const outcomes = new Map<Entry, Outcome>();
    try {
      // From what was committed: a transaction that runs again may decide otherwise, and about fewer.
      for (const { board, change } of await ledger.change(request, decideOne)) {
        const { result } = change;
        outcomes.set(first.get(board.id) as Entry, "span" in result ? { span: result.span, board } : result);
      }
    } catch (error) {
      // One of them asked for an id that was taken a moment before: the others have nothing to do with it.
      if (!(error instanceof RollcallError)) throw error;
    }
    return entries.map((entry) => outcomes.get(entry) ?? "alone");
  }

  const enter = together(many, ENTRIES_AT_ONCE);
  return async (entry) => {
    const outcome = await enter(entry);
    if (outcome === "alone") return alone(entry);
    if ("refused" in outcome) throw outcome.refused;
    return outcome;
  };
}
