import { type Actor, marksAs, mayRun, type Standing } from "../domain/access.ts";
import type { AttendanceState } from "../domain/attendance.ts";
import { RollcallError } from "../domain/errors.ts";
import { decideMark, type MarkDecision } from "../domain/marking.ts";
import type { AttendanceStatus } from "../domain/model.ts";
import type { AttendanceMark, Session } from "../generated/prisma/client.ts";
import { type Access, require } from "./access.ts";
import { parseId } from "./ids.ts";
import { type Page, pageOf, sizeOf } from "./paging.ts";
import type { Clock } from "./ports.ts";
import type { Selection, SessionStore } from "./session-store.ts";
import type { Evidence, Suggesting } from "./suggesting.ts";

export interface MarkInput {
  readonly sessionId: string;
  readonly useSuggestion?: boolean | null;
  readonly tutorStatus?: AttendanceStatus | null;
  readonly studentStatus?: AttendanceStatus | null;
  readonly notes?: string | null;
  readonly expectedVersion?: number | null;
}

export type MarkRow = AttendanceMark & { readonly notes: { readonly notes: string } | null };

export interface MarkStore {
  /** Locks the session, lets `decide` decide, and writes attendance and history together or not at all (M6). */
  mark(
    sessionId: number,
    actorName: string | null,
    decide: (evidence: Evidence, attendance: AttendanceState) => MarkDecision,
  ): Promise<void>;
  /** Oldest first; `actorId` null: everybody's. */
  history(
    sessionId: number,
    actorId: number | null,
    slice: { readonly limit: number; readonly after: number | null },
  ): Promise<MarkRow[]>;
  countHistory(sessionId: number, actorId: number | null): Promise<number>;
}

export interface Marking {
  mark(actor: Actor & { readonly name: string | null }, input: MarkInput, selection: Selection): Promise<Session>;
  /** Of a session that the reader may know of; students and parents see their own marks only. */
  history(
    actor: Actor,
    who: Standing,
    sessionId: number,
    slice: { readonly first?: number | null; readonly after?: string | null },
  ): Promise<Page<MarkRow> | null>;
}

export function createMarking(deps: {
  store: MarkStore;
  sessions: SessionStore;
  suggesting: Suggesting;
  access: Access;
  clock: Clock;
}): Marking {
  const { store, sessions, suggesting, access, clock } = deps;
  return {
    async mark(actor, input, selection) {
      const sessionId = parseId("sessionId", input.sessionId);
      const { who, tutorId, studentId } = await access.session(actor, sessionId);
      const as = marksAs(who);
      require(as !== null, "Only the session's tutor, a parent of its student or an admin marks attendance.");
      const by = { id: actor.id, as, isTutor: actor.id === tutorId, isStudent: actor.id === studentId };
      await store.mark(sessionId, actor.name, (evidence, attendance) => {
        const { session } = evidence;
        const suggestion = session.status === "CANCELLED" ? null : suggesting.from(evidence);
        return decideMark({ ...input, actor: by }, { session, attendance, suggestion, now: clock.now() });
      });
      const row = await sessions.byId(sessionId, selection);
      if (row === null) throw new RollcallError("NOT_FOUND", "There is no such session.");
      return row;
    },

    async history(actor, who, sessionId, { first, after }) {
      const all = mayRun(who);
      if (!all && !who.student && !who.parent) return null;
      const actorId = all ? null : actor.id;
      const size = sizeOf(first);
      const place = after == null ? null : parseId("after", after);
      const rows = await store.history(sessionId, actorId, { limit: size + 1, after: place });
      return pageOf(
        rows,
        size,
        place !== null,
        (row) => String(row.id),
        () => store.countHistory(sessionId, actorId),
      );
    },
  };
}
