import { type Actor, relationTo, type ViewerRelation } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import { createBatcher } from "./batcher.ts";

/** A session as far as access goes. */
export interface RelatedSession {
  readonly sessionId: number;
  readonly whiteboardSessionId: number | null;
  readonly tutorId: number;
  readonly studentId: number;
  /** The actor asked about is a parent of the student. */
  readonly isParent: boolean;
}

/** What somebody is to the session, or whiteboard session, of that id. */
export interface AccessRequest {
  readonly id: number;
  readonly actorId: number;
}

export interface AccessStore {
  /** For each in their order; null where there is no such session, or whiteboard session. */
  relations(by: "session" | "whiteboardSession", asked: readonly AccessRequest[]): Promise<(RelatedSession | null)[]>;
  /** Of those pairs, the ones that are parent and child, as "parent/child". */
  parents(pairs: readonly { readonly parentId: number; readonly studentId: number }[]): Promise<ReadonlySet<string>>;
  /** The children of each, in their order. */
  children(parentIds: readonly number[]): Promise<ReadonlySet<number>[]>;
}

export interface Admission extends RelatedSession {
  readonly who: ViewerRelation;
}

/** Somebody who was let in and stays, such as a subscriber. */
export interface Subscriber {
  readonly actor: Actor;
  /** Whether somebody who is that to the session may stay. */
  readonly mayReceive: (who: ViewerRelation) => boolean;
}

export interface Access {
  /** @throws NOT_FOUND when there is no such session, or none that the actor may know of */
  session(actor: Actor, sessionId: number): Promise<Admission>;
  /** The same by whiteboard session. */
  whiteboard(actor: Actor, whiteboardSessionId: number): Promise<Admission>;
  /** Those who would not be let in any more, by who is tutor, student and parent now. */
  revoked<G extends Subscriber>(
    guests: readonly {
      readonly guest: G;
      readonly session: { readonly tutorId: number; readonly studentId: number };
    }[],
  ): Promise<G[]>;
}

const READ_BATCH_SIZE = 500;

export function createAccess(store: AccessStore): Access {
  const relation = {
    session: createBatcher((asked: readonly AccessRequest[]) => store.relations("session", asked), READ_BATCH_SIZE),
    whiteboardSession: createBatcher(
      (asked: readonly AccessRequest[]) => store.relations("whiteboardSession", asked),
      READ_BATCH_SIZE,
    ),
  };

  async function admit(actor: Actor, by: keyof typeof relation, id: number, what: string): Promise<Admission> {
    const related = await relation[by]({ id, actorId: actor.id });
    const who = related && relationTo(actor, related, related.isParent);
    if (!who?.knows) throw new RollcallError("NOT_FOUND", `There is no such ${what}.`);
    return { ...related, who } as Admission;
  }
  return {
    session: (actor, sessionId) => admit(actor, "session", sessionId, "session"),
    whiteboard: (actor, whiteboardSessionId) =>
      admit(actor, "whiteboardSession", whiteboardSessionId, "whiteboard session"),
    async revoked(guests) {
      // Only who is there as a parent, or as nobody any more, is worth a look.
      const doubtful = guests.filter(
        ({ guest, session }) => !guest.mayReceive(relationTo(guest.actor, session, false)),
      );
      if (doubtful.length === 0) return [];
      const pairOf = ({ guest, session }: (typeof guests)[number]) => ({
        parentId: guest.actor.id,
        studentId: session.studentId,
      });
      const parents = await store.parents(doubtful.map(pairOf));
      return doubtful
        .filter((each) => {
          const { parentId, studentId } = pairOf(each);
          return !each.guest.mayReceive(
            relationTo(each.guest.actor, each.session, parents.has(`${parentId}/${studentId}`)),
          );
        })
        .map(({ guest }) => guest);
    },
  };
}

/** @throws UNAUTHENTICATED for an anonymous viewer */
export function requireViewer<V extends Actor>(viewer: V | null): V {
  if (viewer === null) throw new RollcallError("UNAUTHENTICATED", "Sign in: send a token as Authorization: Bearer.");
  return viewer;
}

/** @throws FORBIDDEN with the reason given, unless allowed */
export function require(allowed: boolean, reason: string): asserts allowed {
  if (!allowed) throw new RollcallError("FORBIDDEN", reason);
}
