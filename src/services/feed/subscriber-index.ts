import { type Actor, mayKnowAll } from "../../domain/access.ts";
import type { ConflatingQueue } from "../shared/conflating-queue.ts";
import type { ChangedSession } from "../shared/ports.ts";
import type { ShownSession, SessionFilter } from "../sessions/session-store.ts";

/** What one event of `sessionChanges` holds. An empty one says: from here on nothing is missed, so ask for what is. */
export interface SessionsChanged {
  readonly sessions: readonly ShownSession[];
}

/** Somebody who follows all sessions that they may know of. */
export interface FeedSubscriber {
  readonly actor: Actor;
  readonly filter: SessionFilter;
  readonly mailbox: ConflatingQueue<SessionsChanged>;
  /** Sessions that have changed since they were told of them, the longest waiting first. */
  readonly changed: Set<number>;
  children: ReadonlySet<number>;
}

/** Who is to be told of a session, found without asking everybody. */
export class SubscriberIndex {
  readonly #all = new Set<FeedSubscriber>();
  /** Admins and services. */
  readonly #knowing = new Set<FeedSubscriber>();
  /** The others, by the tutors and students whose sessions concern them: themselves and their children. */
  readonly #byPerson = new Map<number, Set<FeedSubscriber>>();

  get size(): number {
    return this.#all.size;
  }

  has(viewer: FeedSubscriber): boolean {
    return this.#all.has(viewer);
  }

  [Symbol.iterator](): Iterator<FeedSubscriber> {
    return this.#all.values();
  }

  add(viewer: FeedSubscriber): void {
    this.#all.add(viewer);
    if (mayKnowAll(viewer.actor)) this.#knowing.add(viewer);
    else for (const person of [viewer.actor.id, ...viewer.children]) this.#list(person, viewer);
  }

  remove(viewer: FeedSubscriber): void {
    this.#all.delete(viewer);
    this.#knowing.delete(viewer);
    for (const person of [viewer.actor.id, ...viewer.children]) {
      const viewers = this.#byPerson.get(person);
      viewers?.delete(viewer);
      if (viewers?.size === 0) this.#byPerson.delete(person);
    }
  }

  of(session: ChangedSession): FeedSubscriber[] {
    const related = [session.tutorId, session.studentId].flatMap((person) => [...(this.#byPerson.get(person) ?? [])]);
    return [...new Set([...this.#knowing, ...related])].filter(({ filter }) => isWithin(filter, session));
  }

  #list(person: number, viewer: FeedSubscriber): void {
    const viewers = this.#byPerson.get(person);
    if (viewers === undefined) this.#byPerson.set(person, new Set([viewer]));
    else viewers.add(viewer);
  }
}

/** By what a session never changes: whatever leaves the rest of the filter must be told, so that lists can drop it. */
function isWithin(filter: SessionFilter, session: ChangedSession): boolean {
  const { from, to, tutorId, studentId } = filter;
  return (
    (from === null || session.scheduledStart >= from) &&
    (to === null || session.scheduledStart < to) &&
    (tutorId === null || session.tutorId === tutorId) &&
    (studentId === null || session.studentId === studentId)
  );
}
