import { type Actor, marksAs, mayRun, type ViewerRelation } from "../../domain/access.ts";
import type { AttendanceState } from "../../domain/attendance/attendance.ts";
import { RollcallError } from "../../domain/errors.ts";
import { decideMark, type MarkDecision } from "../../domain/attendance/marking.ts";
import type { AttendanceStatus, Millis } from "../../domain/model.ts";
import { type Access, require } from "../shared/access.ts";
import { type Page, pageOf, parseId, sizeOf } from "../shared/arguments.ts";
import type { Clock } from "../shared/ports.ts";
import type { SessionStore, ShownSession } from "../sessions/session-store.ts";
import type { Evidence, SuggestionService } from "../suggestion/suggestions.ts";

export interface MarkInput {
  readonly sessionId: string;
  readonly useSuggestion?: boolean | null;
  readonly replaceDecisions?: boolean | null;
  readonly tutorStatus?: AttendanceStatus | null;
  readonly studentStatus?: AttendanceStatus | null;
  readonly notes?: string | null;
  readonly expectedVersion?: number | null;
}

/** A mark as the history shows it; its words as they are stored, in lower case. */
export interface MarkRow {
  readonly id: number;
  readonly at: Millis;
  readonly actorId: number | null;
  readonly source: string;
  readonly tutorStatusBefore: string;
  readonly tutorStatusAfter: string;
  readonly studentStatusBefore: string;
  readonly studentStatusAfter: string;
  readonly overrodeOwnSuggestion: boolean;
  readonly keptStatusOf: string | null;
  readonly notes: string | null;
}

/** One reader's page of the history of one session. */
export interface HistoryRequest {
  readonly sessionId: number;
  /** Null: everybody's marks. */
  readonly actorId: number | null;
  readonly size: number;
  /** The id of the last mark read; 0: from the oldest. */
  readonly after: number;
}

export interface MarkStore {
  /** Locks the session, lets `decide` decide, and writes attendance and history together or not at all (M6). */
  mark(
    sessionId: number,
    actorName: string | null,
    decide: (evidence: Evidence, attendance: AttendanceState) => MarkDecision,
  ): Promise<void>;
  /** Oldest first, for each request one more than its size when there are more. One statement for all of them. */
  histories(requests: readonly HistoryRequest[]): Promise<MarkRow[][]>;
  /** How many there are in all, whatever the page. */
  countHistories(requests: readonly HistoryRequest[]): Promise<number[]>;
}

export interface MarkService {
  mark(actor: Actor & { readonly name: string | null }, input: MarkInput): Promise<ShownSession>;
  /** Of a session that the reader may know of; students and parents see their own marks only. */
  historyRequest(
    actor: Actor,
    who: ViewerRelation,
    sessionId: number,
    slice: { readonly first?: number | null; readonly after?: string | null },
  ): HistoryRequest;
  /** The pages of several sessions at once, in the order of the requests. */
  histories(requests: readonly HistoryRequest[]): Promise<Page<MarkRow>[]>;
}

export function createMarkService(deps: {
  store: MarkStore;
  sessions: SessionStore;
  suggesting: SuggestionService;
  access: Access;
  clock: Clock;
}): MarkService {
  const { store, sessions, suggesting, access, clock } = deps;
  return {
    async mark(actor, input) {
      const sessionId = parseId("sessionId", input.sessionId);
      const { who, tutorId, studentId } = await access.session(actor, sessionId);
      const as = marksAs(who);
      require(as !== null, "Only the session's tutor, a parent of its student or an admin marks attendance.");
      const by = { id: actor.id, as, isTutor: actor.id === tutorId, isStudent: actor.id === studentId };
      await store.mark(sessionId, actor.name, (evidence, attendance) => {
        const { session } = evidence;
        const state = { session, attendance, ...suggesting.from(evidence), now: clock.now() };
        return decideMark({ ...input, actor: by }, state);
      });
      const row = await sessions.byId(sessionId);
      if (row === null) throw new RollcallError("NOT_FOUND", "There is no such session.");
      return row;
    },

    historyRequest: (actor, who, sessionId, { first, after }) => ({
      sessionId,
      actorId: mayRun(who) ? null : actor.id,
      size: sizeOf(first),
      after: after == null ? 0 : parseId("after", after),
    }),

    async histories(requests) {
      const rows = await store.histories(requests);
      let counts: Promise<number[]> | null = null;
      return requests.map(({ size, after }, index) =>
        pageOf(
          rows[index] ?? [],
          size,
          after > 0,
          (row) => String(row.id),
          async () => (await (counts ??= store.countHistories(requests)))[index] ?? 0,
        ),
      );
    },
  };
}
