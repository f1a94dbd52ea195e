import DataLoader from "dataloader";
import type { Viewer } from "../auth/viewer.ts";
import { standing, type Standing } from "../domain/access.ts";
import type { Span } from "../domain/model.ts";
import type { Suggestion } from "../domain/suggestion.ts";
import type { PrismaClient } from "../generated/prisma/client.ts";
import { requireViewer } from "../services/access.ts";
import type { HistoryRequest, MarkRow } from "../services/marking.ts";
import type { Page } from "../services/paging.ts";
import type { Services } from "../services/services.ts";
import type { PresenceState } from "../services/presence-state.ts";
import type { Person } from "../services/records.ts";
import type { SpansRequest } from "../services/watching.ts";

/** What an operation knows: who asks, over what, since when. */
export interface Context {
  /** For the schema's Prisma plugin, which loads relations that an operation asks for; resolvers go through services. */
  readonly prisma: PrismaClient;
  readonly services: Services;
  /** Null: anonymous. */
  readonly viewer: Viewer | null;
  /** The WebSocket that the operation came over; null over HTTP and SSE. */
  readonly socketId: string | null;
  /** What tells this operation from all others in the log: its HTTP request's, or one of its own over WebSocket. */
  readonly requestId: string;
  /** The W3C header of its HTTP request, for traces; null: none came. */
  readonly traceparent: string | null;
  /** When the operation arrived: a heartbeat's time, whatever it waits for afterwards. Milliseconds since the epoch. */
  readonly arrivedAt: number;
  readonly load: Loaders;
}

/** What the transport knows of an operation. */
export type Origin = Pick<Context, "viewer" | "socketId" | "requestId" | "traceparent">;

/** Gathers what the rows of one list need into one statement. Nothing is kept: a mutation may change it in between. */
export interface Loaders {
  person(id: number): Promise<Person>;
  presence(whiteboardSessionId: number): Promise<PresenceState | null>;
  spans(request: SpansRequest): Promise<Span[]>;
  suggestion(sessionId: number): Promise<Suggestion | null>;
  history(request: HistoryRequest): Promise<Page<MarkRow>>;
  /** Who the viewer is to a session. */
  standing(session: { readonly tutorId: number; readonly studentId: number }): Promise<Standing>;
}

export function createLoaders(services: Services, viewer: Viewer | null): Loaders {
  const batch = <K, V>(load: (keys: readonly K[]) => Promise<V[]>) => {
    const loader = new DataLoader<K, V>(load, { cache: false });
    return (key: K) => loader.load(key);
  };
  const isChild = batch(async (studentIds: readonly number[]) => {
    const children = await services.people.childrenAmong(requireViewer(viewer).id, studentIds);
    return studentIds.map((id) => children.has(id));
  });
  return {
    person: batch((ids: readonly number[]) => services.people.byId(ids)),
    presence: batch((ids: readonly number[]) => services.watching.states(ids)),
    spans: batch((requests: readonly SpansRequest[]) => services.watching.spans(requests)),
    suggestion: batch((ids: readonly number[]) => services.suggesting.suggestions(ids)),
    history: batch((requests: readonly HistoryRequest[]) => services.marking.histories(requests)),
    async standing(session) {
      const actor = requireViewer(viewer);
      const isParent = actor.roles.has("parent") && (await isChild(session.studentId));
      return standing(actor, session, isParent);
    },
  };
}
