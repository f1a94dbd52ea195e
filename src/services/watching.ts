import { type Actor, seesSpansOf, type Standing } from "../domain/access.ts";
import { transition } from "../domain/connection.ts";
import type { Span } from "../domain/model.ts";
import type { Access } from "./access.ts";
import { parseId } from "./ids.ts";
import type { Ledger } from "./ledger.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Followers } from "./followers.ts";
import type { Clock } from "./ports.ts";
import type { PresenceState } from "./presence-state.ts";

/** The spans of one whiteboard session, for a reader who is that to its session. */
export interface SpansRequest {
  readonly whiteboardSessionId: number;
  readonly who: Standing;
}

export interface Watching {
  /** Presence now, without a subscription. */
  status(actor: Actor, whiteboardSessionId: string): Promise<PresenceState>;
  /** The state now, then every change (P11). */
  watch(actor: Actor, whiteboardSessionId: string): Promise<Mailbox<PresenceState>>;
  /** Presence of several whiteboard sessions whose readers are admitted already; null where there is none. */
  states(whiteboardSessionIds: readonly number[]): Promise<(PresenceState | null)[]>;
  /** Of several whiteboard sessions, those spans that the reader may see; a lease that has run out shows as ended, swept or not (P5). */
  spans(requests: readonly SpansRequest[]): Promise<Span[][]>;
}

export function createWatching(deps: { ledger: Ledger; access: Access; followers: Followers; clock: Clock }): Watching {
  const { ledger, access, followers, clock } = deps;

  const boardsById = async (ids: readonly number[]) =>
    new Map((await ledger.store.wholeBoards(ids)).map((board) => [board.id, board]));

  return {
    async status(actor, whiteboardSessionId) {
      const boardId = parseId("whiteboardSessionId", whiteboardSessionId);
      await access.board(actor, boardId);
      return ledger.read(boardId);
    },

    async watch(actor, whiteboardSessionId) {
      const boardId = parseId("whiteboardSessionId", whiteboardSessionId);
      await access.board(actor, boardId);
      return followers.follow(boardId, { actor, admits: (who) => who.knows }, () => ledger.read(boardId));
    },

    async spans(requests) {
      const boards = await boardsById(requests.map((request) => request.whiteboardSessionId));
      const check = { kind: "CHECK", at: clock.now() } as const;
      return requests.map(({ whiteboardSessionId, who }) => {
        const board = boards.get(whiteboardSessionId);
        if (board === undefined) return [];
        const lease = ledger.leaseOf(board);
        const visible = board.spans.filter((span) => seesSpansOf(who, span.role));
        return visible.map(
          (span) => transition({ ...span, id: span.connectionId }, span, check, lease).write[0] ?? span,
        );
      });
    },

    async states(ids) {
      const boards = await ledger.boards(ids);
      return boards.map((board) => (board === undefined ? null : ledger.state(board)));
    },
  };
}
