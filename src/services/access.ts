import { type Actor, standing, type Standing } from "../domain/access.ts";
import { RollcallError } from "../domain/errors.ts";

/** A session as far as access goes. */
export interface Related {
  readonly sessionId: number;
  readonly whiteboardSessionId: number | null;
  readonly tutorId: number;
  readonly studentId: number;
  /** The actor asked about is a parent of the student. */
  readonly isParent: boolean;
}

export interface AccessStore {
  relation(
    to: { readonly sessionId: number } | { readonly whiteboardSessionId: number },
    actorId: number,
  ): Promise<Related | null>;
}

export interface Admission extends Related {
  readonly who: Standing;
}

export interface Access {
  /** @throws NOT_FOUND when there is no such session, or none that the actor may know of */
  session(actor: Actor, sessionId: number): Promise<Admission>;
  /** The same by whiteboard session. */
  board(actor: Actor, whiteboardSessionId: number): Promise<Admission>;
}

export function createAccess(store: AccessStore): Access {
  async function admit(actor: Actor, to: Parameters<AccessStore["relation"]>[0], what: string): Promise<Admission> {
    const related = await store.relation(to, actor.id);
    const who = related && standing(actor, related, related.isParent);
    if (!who?.knows) throw new RollcallError("NOT_FOUND", `There is no such ${what}.`);
    return { ...related, who } as Admission;
  }
  return {
    session: (actor, sessionId) => admit(actor, { sessionId }, "session"),
    board: (actor, whiteboardSessionId) => admit(actor, { whiteboardSessionId }, "whiteboard session"),
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
