import { type Actor, seesSpansOf, type ViewerRelation } from "../../domain/access.ts";
import { transition } from "../../domain/presence/connection.ts";
import type { Span } from "../../domain/model.ts";
import type { Access } from "../shared/access.ts";
import { parseId } from "../shared/arguments.ts";
import type { Ledger } from "./ledger.ts";
import type { ConflatingQueue } from "../shared/conflating-queue.ts";
import type { PresenceSubscriptions } from "./presence-subscriptions.ts";
import type { Clock } from "../shared/ports.ts";
import type { PresenceState } from "./presence-state.ts";

/** The spans of one whiteboard session, for a reader who is that to its session. */
export interface SpansRequest {
  readonly whiteboardSessionId: number;
  readonly who: ViewerRelation;
}

export interface PresenceService {
  /** Presence now, without a subscription. */
  status(actor: Actor, whiteboardSessionId: string): Promise<PresenceState>;
  /** The state now, then every change (P11). */
  watch(actor: Actor, whiteboardSessionId: string): Promise<ConflatingQueue<PresenceState>>;
  /** Presence of several whiteboard sessions whose readers are admitted already; null where there is none. */
  states(whiteboardSessionIds: readonly number[]): Promise<(PresenceState | null)[]>;
  /** Of several whiteboard sessions, those spans that the reader may see; a lease that has run out shows as ended, swept or not (P5). */
  spans(requests: readonly SpansRequest[]): Promise<Span[][]>;
}

export function createPresenceService(deps: {
  ledger: Ledger;
  access: Access;
  followers: PresenceSubscriptions;
  clock: Clock;
}): PresenceService {
  const { ledger, access, followers, clock } = deps;

  const whiteboardsById = async (ids: readonly number[]) =>
    new Map((await ledger.store.wholeWhiteboards(ids)).map((whiteboard) => [whiteboard.id, whiteboard]));

  return {
    async status(actor, whiteboardSessionId) {
      const whiteboardId = parseId("whiteboardSessionId", whiteboardSessionId);
      await access.whiteboard(actor, whiteboardId);
      return ledger.read(whiteboardId);
    },

    async watch(actor, whiteboardSessionId) {
      const whiteboardId = parseId("whiteboardSessionId", whiteboardSessionId);
      await access.whiteboard(actor, whiteboardId);
      return followers.follow(whiteboardId, { actor, mayReceive: (who) => who.knows }, () => ledger.read(whiteboardId));
    },

    async spans(requests) {
      const whiteboards = await whiteboardsById(requests.map((request) => request.whiteboardSessionId));
      const check = { kind: "CHECK", at: clock.now() } as const;
      return requests.map(({ whiteboardSessionId, who }) => {
        const whiteboard = whiteboards.get(whiteboardSessionId);
        if (whiteboard === undefined) return [];
        const lease = ledger.leaseOf(whiteboard);
        const visible = whiteboard.spans.filter((span) => seesSpansOf(who, span.role));
        return visible.map(
          (span) => transition({ ...span, id: span.connectionId }, span, check, lease).write[0] ?? span,
        );
      });
    },

    async states(ids) {
      const whiteboards = await ledger.whiteboards(ids);
      return whiteboards.map((whiteboard) => (whiteboard === undefined ? null : ledger.state(whiteboard)));
    },
  };
}
