import type { ParticipantRole } from "./model.ts";

export type Role = "tutor" | "student" | "parent" | "admin" | "service";

/** Somebody who acts: on a valid token nobody needs a row in `users`. */
export interface Actor {
  readonly id: number;
  readonly roles: ReadonlySet<Role>;
}

/** Who an actor is to one session. The relation comes first, the role that lets them use it second (docs/SPEC.md §6). */
export interface ViewerRelation {
  /** May know that the session exists: related to it, whatever role is active, or admin or service. */
  readonly knows: boolean;
  readonly tutor: boolean;
  readonly student: boolean;
  readonly parent: boolean;
  readonly admin: boolean;
  readonly service: boolean;
}

/** @param isParent the actor is a parent of the session's student */
export function relationTo(
  actor: Actor,
  session: { readonly tutorId: number; readonly studentId: number },
  isParent: boolean,
): ViewerRelation {
  const admin = actor.roles.has("admin");
  const service = actor.roles.has("service");
  const isTutor = actor.id === session.tutorId;
  const isStudent = actor.id === session.studentId;
  return {
    knows: isTutor || isStudent || isParent || admin || service,
    // An admin who is its tutor acts as tutor: nobody rules over their own attendance with an admin's authority.
    tutor: isTutor && (actor.roles.has("tutor") || admin),
    student: isStudent && actor.roles.has("student"),
    parent: isParent && actor.roles.has("parent"),
    admin,
    service,
  };
}

/** Admins and services know of every session. */
export function mayKnowAll(actor: Actor): boolean {
  return actor.roles.has("admin") || actor.roles.has("service");
}

/** Suggestion, all notes, all marks, all spans; and open, end and cancel. */
export function mayRun(who: ViewerRelation): boolean {
  return who.tutor || who.admin || who.service;
}

/** As whom they mark: an admin before a parent, but whoever is its tutor marks as tutor. Null: they mark nothing. */
export function marksAs(who: ViewerRelation): "TUTOR" | "ADMIN" | "PARENT" | null {
  if (who.tutor) return "TUTOR";
  if (who.admin) return "ADMIN";
  return who.parent ? "PARENT" : null;
}

/** As whom they attend. Null: not one of the two. */
export function attendsAs(who: ViewerRelation): ParticipantRole | null {
  if (who.tutor) return "TUTOR";
  return who.student ? "STUDENT" : null;
}

/** Whose spans they may see. */
export function seesSpansOf(who: ViewerRelation, role: ParticipantRole): boolean {
  return mayRun(who) || (role === "STUDENT" && (who.student || who.parent));
}
