import { type Actor, standing, type Standing } from "../domain/access.ts";
import { RollcallError } from "../domain/errors.ts";
import { together } from "./together.ts";

/** A session as far as access goes. */
export interface Related {
  readonly sessionId: number;
  readonly whiteboardSessionId: number | null;
  readonly tutorId: number;
  readonly studentId: number;
  /** The actor asked about is a parent of the student. */
  readonly isParent: boolean;
}

/** What somebody is to the session, or whiteboard session, of that id. */
export interface Asked {
  readonly id: number;
  readonly actorId: number;
}

export interface AccessStore {
  /** For each in their order; null where there is no such session, or whiteboard session. */
  relations(by: "session" | "whiteboardSession", asked: readonly Asked[]): Promise<(Related | null)[]>;
  /** Of those pairs, the ones that are parent and child, as «parent/child». */
  parents(pairs: readonly { readonly parentId: number; readonly studentId: number }[]): Promise<ReadonlySet<string>>;
  /** The children of each, in their order. */
  children(parentIds: readonly number[]): Promise<ReadonlySet<number>[]>;
}

export interface Admission extends Related {
  readonly who: Standing;
}

/** Somebody who was let in and stays, such as a subscriber. */
export interface Guest {
  readonly actor: Actor;
  /** Whether somebody who is that to the session may stay. */
  readonly admits: (who: Standing) => boolean;
}

export interface Access {
  /** @throws NOT_FOUND when there is no such session, or none that the actor may know of */
  session(actor: Actor, sessionId: number): Promise<Admission>;
  /** The same by whiteboard session. */
  board(actor: Actor, whiteboardSessionId: number): Promise<Admission>;
  /** Those who would not be let in any more, by who is tutor, student and parent now. */
  unwelcome<G extends Guest>(
    guests: readonly {
      readonly guest: G;
      readonly session: { readonly tutorId: number; readonly studentId: number };
    }[],
  ): Promise<G[]>;
}

const ASKED_AT_ONCE = 500;

export function createAccess(store: AccessStore): Access {
  const relation = {
    session: together((asked: readonly Asked[]) => store.relations("session", asked), ASKED_AT_ONCE),
    whiteboardSession: together(
      (asked: readonly Asked[]) => store.relations("whiteboardSession", asked),
      ASKED_AT_ONCE,
    ),
  };

  async function admit(actor: Actor, by: keyof typeof relation, id: number, what: string): Promise<Admission> {
    const related = await relation[by]({ id, actorId: actor.id });
    const who = related && standing(actor, related, related.isParent);
    if (!who?.knows) throw new RollcallError("NOT_FOUND", `There is no such ${what}.`);
    return { ...related, who } as Admission;
  }
  return {
    session: (actor, sessionId) => admit(actor, "session", sessionId, "session"),
    board: (actor, whiteboardSessionId) => admit(actor, "whiteboardSession", whiteboardSessionId, "whiteboard session"),
    async unwelcome(guests) {
      // Only who is there as a parent, or as nobody any more, is worth a look.
      const doubtful = guests.filter(({ guest, session }) => !guest.admits(standing(guest.actor, session, false)));
      if (doubtful.length === 0) return [];
      const pairOf = ({ guest, session }: (typeof guests)[number]) => ({
        parentId: guest.actor.id,
        studentId: session.studentId,
      });
      const parents = await store.parents(doubtful.map(pairOf));
      return doubtful
        .filter((each) => {
          const { parentId, studentId } = pairOf(each);
          return !each.guest.admits(standing(each.guest.actor, each.session, parents.has(`${parentId}/${studentId}`)));
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
