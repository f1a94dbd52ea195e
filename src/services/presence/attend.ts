import { type Actor, attendsAs, type ViewerRelation } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import type { Connections } from "./connections.ts";
import type { PresenceSubscriptions } from "./presence-subscriptions.ts";
import { parseId } from "../shared/arguments.ts";
import type { Clock, Log, StoreTrouble } from "../shared/ports.ts";
import type { PresenceState } from "./presence-state.ts";
import type { AttendSubscription, SocketBindings } from "./socket-bindings.ts";

export interface AttendService {
  /**
   * Presence by being here: connected for as long as the reader stays (P9). Ends after SESSION_ENDED.
   * @param socketId null over SSE, which has no pong: BAD_USER_INPUT
   */
  attend(
    actor: Actor,
    request: { readonly whiteboardSessionId: string; readonly connectionId?: string | null },
    socketId: string | null,
  ): Promise<AsyncIterableIterator<PresenceState, undefined>>;
}

export function createAttendService(deps: {
  connections: Connections;
  sockets: SocketBindings;
  followers: PresenceSubscriptions;
  clock: Clock;
  log: Pick<Log, "error">;
  troubleOf: (error: unknown) => StoreTrouble;
}): AttendService {
  const { connections, sockets, followers, clock, log, troubleOf } = deps;

  return {
    async attend(actor, request, socketId) {
      if (socketId === null) {
        throw new RollcallError(
          "BAD_USER_INPUT",
          "attend needs a WebSocket: over SSE the server cannot tell that the client is still there.",
        );
      }
      const enter = async (connectionId: string | null, attendance?: AttendSubscription): Promise<PresenceState> => {
        const { connection, state } = await connections.enter(actor, { ...request, connectionId }, socketId);
        await sockets.bind(socketId, connection.id, clock.now(), attendance, connectionId === null);
        id = connection.id;
        return state;
      };
      const leave = async () => {
        if (sockets.release(socketId, id, attendance)) await connections.leave(id, socketId);
      };
      const attendance: AttendSubscription = {
        end: () => changes.finish(),
        /** The connection ran out although its reader is here, after a long stall: the reader stays, so connect anew. */
        async over() {
          sockets.release(socketId, id, attendance);
          if (gone) return;
          try {
            const state = await enter(null, attendance);
            if (gone) return await leave();
            changes.push(state);
          } catch (error) {
            changes.finish({ error });
          }
        },
      };

      const guest = { actor, mayReceive: (who: ViewerRelation) => attendsAs(who) !== null };
      const whiteboardSessionId = parseId("whiteboardSessionId", request.whiteboardSessionId);
      /** The reader's connection, once there is one. */
      let id = "";
      // Where the ledger is away when the reader leaves, the lease ends what could not be written.
      let gone = false;
      const left = () => {
        gone = true;
        leave().catch((error: unknown) => {
          if (error instanceof RollcallError || troubleOf(error) !== "fault") return;
          log.error({ err: error }, "the end of attending could not be written");
        });
      };
      /** Tells the reader their own connection with every state, and ends when the session has. */
      const view = (state: PresenceState): PresenceState => {
        if (state.event === "SESSION_ENDED") changes.finish();
        return { ...state, connectionId: id };
      };
      // Follows first, and begins with what its own commit says: nothing is missed in between, and nothing read again.
      const connect = () => enter(request.connectionId ?? null);
      const changes = await followers.follow(whiteboardSessionId, guest, connect, left, view);
      // From here on, since both of its ends reach for `changes`. Who was disconnected before has nothing to attend.
      if (!sockets.attend(socketId, id, attendance)) changes.finish();
      return changes;
    },
  };
}
