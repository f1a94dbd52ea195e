import type { SessionFacts } from "../../domain/model.ts";
import type { MarkStore } from "../attendance/marks.ts";
import type { ChangeBus, ChangedSession, LedgerStore } from "./ports.ts";
import type { SessionStore } from "../sessions/session-store.ts";

/** The ledger's store, announcing whose presence or status it has changed. Heartbeats change neither. */
export function publishingLedger(store: LedgerStore, bus: ChangeBus): LedgerStore {
  return {
    ...store,
    async change(request, decide) {
      const decided = await store.change(request, decide);
      const changed = decided.filter(({ change }) => change.event !== null || change.session !== undefined);
      if (changed.length > 0) bus.announce(changed.map(({ whiteboard }) => changedSession(whiteboard.session)));
      return decided;
    },
  };
}

/** The sessions' store, announcing what is scheduled, opened and finished outside of the ledger. */
export function publishingSessions(store: SessionStore, bus: ChangeBus): SessionStore {
  return {
    ...store,
    async schedule(session, guard) {
      const outcome = await store.schedule(session, guard);
      if (typeof outcome === "object") bus.announce([changedSession({ ...session, id: outcome.id })]);
      return outcome;
    },
    async openWhiteboard(sessionId, at, decide) {
      let changed: ChangedSession[] = [];
      const whiteboard = await store.openWhiteboard(sessionId, at, (session) => {
        decide(session);
        changed = [changedSession(session)];
      });
      bus.announce(changed);
      return whiteboard;
    },
    async finishWithoutWhiteboard(sessionId, decide) {
      let changed: ChangedSession[] = [];
      const done = await store.finishWithoutWhiteboard(sessionId, (session) => {
        const decided = decide(session);
        changed = decided === null ? [] : [changedSession(session)];
        return decided;
      });
      if (changed.length > 0) bus.announce(changed);
      return done;
    },
    async completeWithoutWhiteboard(ids, before) {
      const completed = await store.completeWithoutWhiteboard(ids, before);
      if (completed.length > 0) bus.announce(completed);
      return completed;
    },
  };
}

/** The marks' store, announcing whose attendance was decided. */
export function publishingMarks(store: MarkStore, bus: ChangeBus): MarkStore {
  return {
    ...store,
    async mark(sessionId, actorName, decide) {
      let changed: ChangedSession[] = [];
      await store.mark(sessionId, actorName, (evidence, attendance) => {
        changed = [changedSession(evidence.session)];
        return decide(evidence, attendance);
      });
      bus.announce(changed);
    },
  };
}

type Facts = Pick<SessionFacts, "id" | "tutorId" | "studentId" | "scheduledStart">;

function changedSession({ id, tutorId, studentId, scheduledStart }: Facts): ChangedSession {
  return { id, tutorId, studentId, scheduledStart };
}
