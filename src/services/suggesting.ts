import { type Actor, mayRun } from "../domain/access.ts";
import { RollcallError } from "../domain/errors.ts";
import { evidenceOf } from "../domain/presence.ts";
import type { SessionFacts } from "../domain/model.ts";
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

export interface Suggesting {
  /** @throws NO_SUGGESTION for a cancelled session, and for one whose evidence is no longer kept */
  suggestion(actor: Actor, sessionId: string): Promise<Suggestion>;
  /** Suggestions of several sessions whose readers are admitted already; null for those that have none. */
  suggestions(sessionIds: readonly number[]): Promise<(Suggestion | null)[]>;
  /** What the evidence says now; null when there is no suggestion. */
  from(evidence: Evidence): Suggestion | null;
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

  const from = (evidence: Evidence) => (whyNone(evidence) === null ? compute(evidence) : null);

  return {
    from,
    async suggestion(actor, sessionId) {
      const id = parseId("sessionId", sessionId);
      const { who } = await access.session(actor, id);
      require(mayRun(who), "Only the session's tutor, an admin or a service sees the suggestion.");
      const evidence = await evidenceOfOne(id);
      if (evidence === null) throw new RollcallError("NOT_FOUND", "There is no such session.");
      const reason = whyNone(evidence);
      if (reason !== null) throw new RollcallError("NO_SUGGESTION", reason);
      return compute(evidence);
    },
    async suggestions(sessionIds) {
      const all = await store.evidence(sessionIds);
      return all.map((evidence) => (evidence === null ? null : from(evidence)));
    },
  };
}

/** Why a session has no suggestion; null when it has one. Without its spans whoever was there would pass for absent. */
function whyNone({ session, board }: Evidence): string | null {
  if (session.status === "CANCELLED") return "A cancelled session has no suggestion.";
  if (board === null || board.remains === null) return null;
  return "The evidence of this session is no longer kept, so there is no suggestion. Please mark attendance manually.";
}
