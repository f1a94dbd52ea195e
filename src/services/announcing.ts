import type { SessionFacts } from "../domain/model.ts";
import type { MarkStore } from "./marking.ts";
import type { ChangeBus, ChangedSession, LedgerStore } from "./ports.ts";
import type { SessionStore } from "./session-store.ts";

/** The ledger's store, announcing whose presence or status it has changed. Heartbeats change neither. */
export function announcingLedger(store: LedgerStore, bus: ChangeBus): LedgerStore {
  return {
    ...store,
    async change(request, decide) {
      const decided = await store.change(request, decide);
      const changed = decided.filter(({ change }) => change.event !== null || change.session !== undefined);
      if (changed.length > 0) bus.announce(changed.map(({ board }) => changedSession(board.session)));
      return decided;
    },
  };
}

/** The sessions' store, announcing what is scheduled, opened and finished outside of the ledger. */
export function announcingSessions(store: SessionStore, bus: ChangeBus): SessionStore {
  return {
    ...store,
    async schedule(session, guard) {
      const outcome = await store.schedule(session, guard);
      if (typeof outcome === "object") bus.announce([changedSession({ ...session, id: outcome.id })]);
      return outcome;
    },
    async openRoom(sessionId, at, decide) {
      let changed: ChangedSession[] = [];
      const room = await store.openRoom(sessionId, at, (session) => {
        decide(session);
        changed = [changedSession(session)];
      });
      bus.announce(changed);
      return room;
    },
    async finishWithoutRoom(sessionId, decide) {
      let changed: ChangedSession[] = [];
      const done = await store.finishWithoutRoom(sessionId, (session) => {
        const decided = decide(session);
        changed = decided === null ? [] : [changedSession(session)];
        return decided;
      });
      if (changed.length > 0) bus.announce(changed);
      return done;
    },
    async completeWithoutRoom(ids, before) {
      const completed = await store.completeWithoutRoom(ids, before);
      if (completed.length > 0) bus.announce(completed);
      return completed;
    },
  };
}

/** The marks' store, announcing whose attendance was decided. */
export function announcingMarks(store: MarkStore, bus: ChangeBus): MarkStore {
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
