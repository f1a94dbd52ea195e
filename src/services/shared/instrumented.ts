import type { Clock, LedgerStore, PresenceBus } from "./ports.ts";
import type { LedgerChange } from "./records.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import type { Telemetry } from "./telemetry.ts";

/** The ledger's store, telling of what it commits. What rolls back is not told: it has not happened. */
export function instrumentedLedger(store: LedgerStore, telemetry: Telemetry): LedgerStore {
  return {
    ...store,
    beat: (beats, lease) => telemetry.batch(beats.length, () => store.beat(beats, lease)),
    async change(request, decide) {
      const decided = await telemetry.commit(() => store.change(request, decide));
      for (const { change } of decided) tell(change, telemetry);
      return decided;
    },
  };
}

function tell({ spans = [], session }: LedgerChange<unknown>, telemetry: Telemetry): void {
  const expired = spans.filter((span) => span.endReason === "TIMED_OUT").length;
  if (expired > 0) telemetry.expired(expired);
  if (session?.status === "COMPLETED") telemetry.completed(1);
}

/** The sessions' store, telling of those that complete without a whiteboard: the ledger does not see them. */
export function instrumentedSessions(store: SessionStore, telemetry: Telemetry): SessionStore {
  return {
    ...store,
    async finishWithoutWhiteboard(sessionId, decide) {
      let completed = false;
      const done = await store.finishWithoutWhiteboard(sessionId, (session) => {
        const decided = decide(session);
        completed = decided?.status === "COMPLETED";
        return decided;
      });
      if (done && completed) telemetry.completed(1);
      return done;
    },
    async completeWithoutWhiteboard(ids, before) {
      const completed = await store.completeWithoutWhiteboard(ids, before);
      if (completed.length > 0) telemetry.completed(completed.length);
      return completed;
    },
  };
}

/** The bus, telling how long presence was on its way to each follower here. */
export function instrumentedBus(bus: PresenceBus, clock: Clock, telemetry: Telemetry): PresenceBus {
  return {
    publish: (state) => bus.publish(state),
    subscribe: (whiteboardSessionId, listener) =>
      bus.subscribe(whiteboardSessionId, (state) => {
        listener(state);
        telemetry.delivered(clock.now() - state.at);
      }),
  };
}
