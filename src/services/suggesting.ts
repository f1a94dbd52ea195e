import { type Actor, mayRun } from "../domain/access.ts";
import { RollcallError } from "../domain/errors.ts";
import { evidenceOf } from "../domain/presence.ts";
import type { SessionFacts } from "../domain/model.ts";
import { type EvidenceRecord, whyNoSuggestion } from "../domain/suggestion-basis.ts";
import { suggest, type Suggestion } from "../domain/suggestion.ts";
import { type Access, require } from "./access.ts";
import { parseId } from "./ids.ts";
import type { Ledger } from "./ledger.ts";
import type { Clock } from "./ports.ts";
import type { Board } from "./records.ts";
import { together } from "./together.ts";

/** What the suggestion of one session stands on. */
export interface Evidence {
  readonly session: SessionFacts;
  /** Null: the session has no whiteboard. */
  readonly board: Board | null;
}

export type OnTheTable =
  { readonly suggestion: Suggestion; readonly whyNone: null } | { readonly suggestion: null; readonly whyNone: string };

export interface Suggesting {
  /** @throws NO_SUGGESTION with the reason when there is none: {@link whyNoSuggestion} */
  suggestion(actor: Actor, sessionId: string): Promise<Suggestion>;
  /** Suggestions of several sessions whose readers are admitted already; null for those that have none. */
  suggestions(sessionIds: readonly number[]): Promise<(Suggestion | null)[]>;
  /** What the evidence says now, or why there is no suggestion. */
  from(evidence: Evidence): OnTheTable;
}

export interface EvidenceStore {
  /** In the order of the ids; null where there is no such session. */
  evidence(sessionIds: readonly number[]): Promise<(Evidence | null)[]>;
}

const EVIDENCE_AT_ONCE = 100;

export function createSuggesting(deps: {
  ledger: Ledger;
  store: EvidenceStore;
  access: Access;
  clock: Clock;
}): Suggesting {
  const { ledger, store, access, clock } = deps;

  const evidenceOfOne = together((ids: readonly number[]) => store.evidence(ids), EVIDENCE_AT_ONCE);

  const compute = ({ session, board }: Evidence): Suggestion => {
    const now = clock.now();
    const of = (role: "TUTOR" | "STUDENT") =>
      board === null ? { connected: false, intervals: [] } : evidenceOf(board.spans, role, now, ledger.leaseOf(board));
    const whiteboard = board === null ? null : { openedAt: board.openedAt };
    return suggest({ session, whiteboard, tutor: of("TUTOR"), student: of("STUDENT"), now });
  };

  const from = (evidence: Evidence): OnTheTable => {
    const whyNone = whyNoSuggestion(evidence.session, recordOf(evidence));
    return whyNone === null ? { suggestion: compute(evidence), whyNone } : { suggestion: null, whyNone };
  };

  return {
    from,
    async suggestion(actor, sessionId) {
      const id = parseId("sessionId", sessionId);
      const { who } = await access.session(actor, id);
      require(mayRun(who), "Only the session's tutor, an admin or a service sees the suggestion.");
      const evidence = await evidenceOfOne(id);
      if (evidence === null) throw new RollcallError("NOT_FOUND", "There is no such session.");
      const { suggestion, whyNone } = from(evidence);
      if (suggestion === null) throw new RollcallError("NO_SUGGESTION", whyNone);
      return suggestion;
    },
    async suggestions(sessionIds) {
      const all = await store.evidence(sessionIds);
      return all.map((evidence) => (evidence === null ? null : from(evidence).suggestion));
    },
  };
}

function recordOf({ board }: Evidence): EvidenceRecord | null {
  if (board === null) return null;
  const { trackedFrom, timesRepaired, remains, spans } = board;
  const reported = new Set(spans.flatMap(({ evidence, role }) => (evidence === "LIVE" ? [] : role)));
  return { removed: remains !== null, trackedFrom, bothReported: reported.size === 2, timesRepaired };
}
