import { type Actor, mayRun } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import { evidenceOf } from "../../domain/presence/presence.ts";
import type { SessionFacts } from "../../domain/model.ts";
import { type EvidenceRecord, suggest, type Suggestion, whyNoSuggestion } from "../../domain/suggestion/suggest.ts";
import { type Access, require } from "../shared/access.ts";
import { parseId } from "../shared/arguments.ts";
import type { Ledger } from "../presence/ledger.ts";
import type { Clock } from "../shared/ports.ts";
import type { Whiteboard } from "../shared/records.ts";
import { createBatcher } from "../shared/batcher.ts";

/** What the suggestion of one session stands on. */
export interface Evidence {
  readonly session: SessionFacts;
  /** Null: the session has no whiteboard. */
  readonly whiteboard: Whiteboard | null;
}

export type DecidedSuggestion =
  { readonly suggestion: Suggestion; readonly whyNone: null } | { readonly suggestion: null; readonly whyNone: string };

export interface SuggestionService {
  /** @throws NO_SUGGESTION with the reason when there is none: {@link whyNoSuggestion} */
  suggestion(actor: Actor, sessionId: string): Promise<Suggestion>;
  /** Suggestions of several sessions whose readers are admitted already; null for those that have none. */
  suggestions(sessionIds: readonly number[]): Promise<(Suggestion | null)[]>;
  /** What the evidence says now, or why there is no suggestion. */
  from(evidence: Evidence): DecidedSuggestion;
}

export interface EvidenceStore {
  /** In the order of the ids; null where there is no such session. */
  evidence(sessionIds: readonly number[]): Promise<(Evidence | null)[]>;
}

const EVIDENCE_BATCH_SIZE = 100;

export function createSuggestionService(deps: {
  ledger: Ledger;
  store: EvidenceStore;
  access: Access;
  clock: Clock;
}): SuggestionService {
  const { ledger, store, access, clock } = deps;

  const evidenceOfOne = createBatcher((ids: readonly number[]) => store.evidence(ids), EVIDENCE_BATCH_SIZE);

  const compute = ({ session, whiteboard }: Evidence): Suggestion => {
    const now = clock.now();
    const of = (role: "TUTOR" | "STUDENT") =>
      whiteboard === null
        ? { connected: false, intervals: [] }
        : evidenceOf(whiteboard.spans, role, now, ledger.leaseOf(whiteboard));
    const opened = whiteboard === null ? null : { openedAt: whiteboard.openedAt };
    return suggest({ session, whiteboard: opened, tutor: of("TUTOR"), student: of("STUDENT"), now });
  };

  const from = (evidence: Evidence): DecidedSuggestion => {
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

function recordOf({ whiteboard }: Evidence): EvidenceRecord | null {
  if (whiteboard === null) return null;
  const { trackedFrom, timesRepaired, remains, spans } = whiteboard;
  const reported = new Set(spans.flatMap(({ evidence, role }) => (evidence === "LIVE" ? [] : role)));
  return { removed: remains !== null, trackedFrom, bothReported: reported.size === 2, timesRepaired };
}
