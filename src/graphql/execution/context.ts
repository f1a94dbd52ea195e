import DataLoader from "dataloader";
import type { Viewer } from "../../auth/claims.ts";
import { relationTo, type ViewerRelation } from "../../domain/access.ts";
import type { Span } from "../../domain/model.ts";
import type { Suggestion } from "../../domain/suggestion/suggest.ts";
import { requireViewer } from "../../services/shared/access.ts";
import type { HistoryRequest, MarkRow } from "../../services/attendance/marks.ts";
import type { Page } from "../../services/shared/arguments.ts";
import type { Services } from "../../services/services.ts";
import type { PresenceState } from "../../services/presence/presence-state.ts";
import type { Person } from "../../services/shared/records.ts";
import type { ShownSession } from "../../services/sessions/session-store.ts";
import type { SpansRequest } from "../../services/presence/watch-presence.ts";

/** What an operation knows: who asks, over what, since when. */
export interface Context {
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
  /** What it takes of the event loop; null: nobody measures that. */
  readonly usage: Usage | null;
}

/** Measures what an operation takes of the event loop. */
export interface Usage {
  run<T>(what: () => T): T;
  /** What the operation waited for has arrived, and it goes on. */
  resumed(): void;
}

/** What the transport knows of an operation. */
export type Origin = Pick<Context, "viewer" | "socketId" | "requestId" | "traceparent" | "usage"> & {
  /** When it was read, where it waited since. */
  readonly arrivedAt?: number;
};

/** Gathers what the rows of one list need into one statement. Nothing is kept: a mutation may change it in between. */
export interface Loaders {
  person(id: number): Promise<Person>;
  session(id: number): Promise<ShownSession>;
  presence(whiteboardSessionId: number): Promise<PresenceState | null>;
  spans(request: SpansRequest): Promise<Span[]>;
  suggestion(sessionId: number): Promise<Suggestion | null>;
  history(request: HistoryRequest): Promise<Page<MarkRow>>;
  /** Who the viewer is to a session. */
  relation(session: { readonly tutorId: number; readonly studentId: number }): Promise<ViewerRelation>;
}

type Batch<K, V> = (keys: readonly K[]) => Promise<V[]>;

/** Each is made when it is first used: most operations use none, and a subscription keeps them for as long as it runs. */
class OperationLoaders implements Loaders {
  readonly #services: Services;
  readonly #viewer: Viewer | null;
  readonly #usage: Usage | null;
  readonly #loaders: Partial<Record<keyof Loaders, unknown>> = {};

  constructor(services: Services, viewer: Viewer | null, usage: Usage | null) {
    this.#services = services;
    this.#viewer = viewer;
    this.#usage = usage;
  }

  person(id: number): Promise<Person> {
    return this.#load("person", id, (ids) => this.#services.people.byId(ids));
  }

  session(id: number): Promise<ShownSession> {
    return this.#load("session", id, (ids) => this.#services.sessionList.byIds(ids));
  }

  presence(whiteboardSessionId: number): Promise<PresenceState | null> {
    return this.#load("presence", whiteboardSessionId, (ids) => this.#services.presence.states(ids));
  }

  spans(request: SpansRequest): Promise<Span[]> {
    return this.#load("spans", request, (requests) => this.#services.presence.spans(requests));
  }

  suggestion(sessionId: number): Promise<Suggestion | null> {
    return this.#load("suggestion", sessionId, (ids) => this.#services.suggestions.suggestions(ids));
  }

  history(request: HistoryRequest): Promise<Page<MarkRow>> {
    return this.#load("history", request, (requests) => this.#services.marks.histories(requests));
  }

  async relation(session: { readonly tutorId: number; readonly studentId: number }): Promise<ViewerRelation> {
    const actor = requireViewer(this.#viewer);
    const isChild: Batch<number, boolean> = async (studentIds) => {
      const children = await this.#services.people.childrenAmong(actor.id, studentIds);
      return studentIds.map((id) => children.has(id));
    };
    const isParent = actor.roles.has("parent") && (await this.#load("relation", session.studentId, isChild));
    return relationTo(actor, session, isParent);
  }

  #load<K, V>(name: keyof Loaders, key: K, batch: Batch<K, V>): Promise<V> {
    const measured: Batch<K, V> = async (keys) => {
      const values = await batch(keys);
      this.#usage?.resumed();
      return values;
    };
    const loader = (this.#loaders[name] ??= new DataLoader(measured, { cache: false })) as DataLoader<K, V>;
    return loader.load(key);
  }
}

export function createLoaders(services: Services, viewer: Viewer | null, usage: Usage | null = null): Loaders {
  return new OperationLoaders(services, viewer, usage);
}
