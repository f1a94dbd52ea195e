import { ROLES } from "../../src/domain/model.ts";
import type { LessonFieldsFragment, ParticipantRole } from "../generated/graphql.ts";
import type { Viewer } from "../net/token.ts";

/** What is worth offering to a viewer (docs/SPEC.md §6). The server decides; this only spares people its refusals. */
export interface Rights {
  /** Opens the whiteboard, ends the lesson, sees the suggestion. */
  readonly runs: boolean;
  /** Whose status they may set. */
  readonly marks: readonly ParticipantRole[];
  /** Replaces also what an admin decided. Who is the tutor acts as the tutor. */
  readonly overrides: boolean;
  readonly attends: ParticipantRole | null;
  /** Whose spans they get. */
  readonly spans: readonly ParticipantRole[];
}

export function rightsOf({ id, roles }: Viewer, lesson: Pick<LessonFieldsFragment, "tutor" | "student">): Rights {
  const has = (role: string) => roles.includes(role);
  const tutor = id === lesson.tutor.id && (has("tutor") || has("admin"));
  const student = id === lesson.student.id && has("student");
  // Who sees a lesson that is not their own, and is not somebody with more say, sees it for their child.
  const parent = has("parent") && id !== lesson.tutor.id && id !== lesson.student.id;
  const runs = tutor || has("admin") || has("service");
  return {
    runs,
    marks: tutor || has("admin") ? ROLES : parent ? ["STUDENT"] : [],
    overrides: has("admin") && id !== lesson.tutor.id,
    attends: tutor ? "TUTOR" : student ? "STUDENT" : null,
    spans: runs ? ROLES : student || parent ? ["STUDENT"] : [],
  };
}
