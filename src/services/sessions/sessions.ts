import { type Actor, mayRun } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import { decideCancel, decideEnd, requireRunning } from "../../domain/sessions/lifecycle.ts";
import type { Millis, SessionFacts, Span } from "../../domain/model.ts";
import { validateTimeZone, validateWindow } from "../../domain/sessions/scheduling.ts";
import { validateText } from "../../domain/text.ts";
import { type Access, require } from "../shared/access.ts";
import { parseId } from "../shared/arguments.ts";
import type { Ledger } from "../presence/ledger.ts";
import type { Clock } from "../shared/ports.ts";
import type { Whiteboard, LedgerChange, LedgerFacts, SessionEnd } from "../shared/records.ts";
import type { WhiteboardRow, SessionStore, ShownSession } from "./session-store.ts";
import { transition } from "../../domain/presence/connection.ts";
import type { Lease } from "../../domain/presence/lease.ts";
import { tails } from "../../domain/presence/presence.ts";

export interface ScheduleRequest {
  readonly tutorId: string;
  readonly studentId: string;
  readonly scheduledStart: Millis;
  readonly scheduledEnd: Millis;
  readonly title?: string | null;
  readonly timeZone?: string | null;
}

export interface Sessions {
  schedule(actor: Actor, request: ScheduleRequest): Promise<ShownSession>;
  openWhiteboard(actor: Actor, sessionId: string): Promise<WhiteboardRow>;
  end(actor: Actor, sessionId: string): Promise<ShownSession>;
  cancel(actor: Actor, sessionId: string): Promise<ShownSession>;
}

export function createSessions(deps: { ledger: Ledger; store: SessionStore; access: Access; clock: Clock }): Sessions {
  const { ledger, store, access, clock } = deps;

  async function admitted(actor: Actor, sessionId: string) {
    const admission = await access.session(actor, parseId("sessionId", sessionId));
    require(mayRun(admission.who), "Only the session's tutor, an admin or a service does this.");
    return admission;
  }

  /** Ends or cancels, with the whiteboard or without. */
  async function finish(
    actor: Actor,
    sessionId: string,
    decide: (session: SessionFacts) => SessionEnd | null,
  ): Promise<ShownSession> {
    const { sessionId: id } = await admitted(actor, sessionId);
    if (!(await store.finishWithoutWhiteboard(id, decide))) {
      const { whiteboardSessionId } = await access.session(actor, id);
      const ids = whiteboardSessionId === null ? [] : [whiteboardSessionId];
      await ledger.change({ whiteboardSessionIds: ids }, (facts) =>
        finishWhiteboard(facts, decide(facts.whiteboard.session)),
      );
    }
    return found(await store.byId(id), "session");
  }

  const finishWhiteboard = ({ whiteboard }: LedgerFacts, session: SessionEnd | null): LedgerChange<null> => {
    if (session === null) return { result: null, event: null };
    const spans = closeAll(
      whiteboard,
      session.status === "COMPLETED" ? session.endedAt : clock.now(),
      ledger.leaseOf(whiteboard),
    );
    return { result: null, event: "SESSION_ENDED", spans, session };
  };

  return {
    async schedule(actor, request) {
      const { scheduledStart, scheduledEnd } = request;
      const tutorId = parseId("tutorId", request.tutorId);
      const studentId = parseId("studentId", request.studentId);
      const trusted = actor.roles.has("admin") || actor.roles.has("service");
      require(trusted ||
        (actor.roles.has("tutor") &&
          actor.id === tutorId), "A tutor schedules for themself; admins and services schedule anything.");
      if (tutorId === studentId)
        throw new RollcallError("VALIDATION_FAILED", "Tutor and student must be two different people.", {
          field: "studentId",
        });
      validateWindow(scheduledStart, scheduledEnd);
      const now = clock.now();
      if (!trusted && scheduledStart < now)
        throw new RollcallError("VALIDATION_FAILED", "scheduledStart is in the past.", { field: "scheduledStart" });
      const outcome = await store.schedule(
        {
          tutorId,
          studentId,
          title: titleOf(request.title),
          scheduledStart,
          scheduledEnd,
          timeZone: request.timeZone == null ? "UTC" : validateTimeZone(request.timeZone),
          scheduledBy: actor.id,
          introduced: trusted,
          createdAt: now,
        },
        !trusted,
      );
      if (typeof outcome === "object") return found(await store.byId(outcome.id), "session");
      throw refusals[outcome]();
    },

    async openWhiteboard(actor, sessionId) {
      const { sessionId: id } = await admitted(actor, sessionId);
      const whiteboard = await store.openWhiteboard(id, clock.now(), requireRunning);
      return found(await store.whiteboard(whiteboard), "whiteboard session");
    },

    end: (actor, sessionId) =>
      finish(actor, sessionId, (session) => {
        const now = clock.now();
        if (decideEnd(session, now) === "unchanged") return null;
        return { status: "COMPLETED", endedAt: now, endedBy: actor.id };
      }),

    cancel: (actor, sessionId) =>
      finish(actor, sessionId, (session) =>
        decideCancel(session) === "unchanged" ? null : { status: "CANCELLED", closedAt: clock.now() },
      ),
  };
}

const MAX_TITLE = 200;

/** One that is empty, or white space alone, is no title. */
function titleOf(title: string | null | undefined): string | null {
  if (title == null || title.trim() === "") return null;
  return validateText("title", title, MAX_TITLE);
}

const refusals = {
  stranger: () => new RollcallError("NOT_FOUND", "There is no such student."),
  overlap: () => new RollcallError("CONFLICT", "You have another session at that time."),
  "erased person": () =>
    new RollcallError("CONFLICT", "tutorId or studentId was erased: no session can be scheduled for this person."),
  "unknown person": () => new RollcallError("BAD_USER_INPUT", "tutorId or studentId does not exist."),
};

function found<T>(row: T | null, what: string): T {
  if (row === null) throw new RollcallError("NOT_FOUND", `There is no such ${what}.`);
  return row;
}

/** The spans that change when a session ends at `at`: every open connection closes at its last proof of life (P12). */
function closeAll(whiteboard: Whiteboard, at: Millis, lease: Lease): Span[] {
  return tails(whiteboard.spans).flatMap(
    (tail) => transition({ ...tail, id: tail.connectionId }, tail, { kind: "END", at }, lease).write,
  );
}
