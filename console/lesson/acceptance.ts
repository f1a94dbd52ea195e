import { ROLES } from "../../src/domain/model.ts";
import type { AttendanceStatus, LessonFieldsFragment, ParticipantRole } from "../generated/graphql.ts";
import { STATUS_WORDS } from "../parts/status-words.ts";
import type { Rights } from "./rights.ts";
import type { Decision } from "./decision.ts";

/* Accepting a suggestion never replaces a decision: it marks those of the two whose status is still open. */

type Mark = LessonFieldsFragment["attendanceHistory"]["nodes"][number];

/** A decision that differs from the suggestion. */
export interface Kept {
  readonly role: ParticipantRole;
  readonly status: AttendanceStatus;
  readonly by: string;
  /** What the suggestion says instead. */
  readonly suggested: AttendanceStatus;
}

export interface Acceptance {
  /** Whose status nobody decided yet. */
  readonly open: readonly ParticipantRole[];
  readonly kept: readonly Kept[];
  /** The viewer may replace what is kept: only an admin replaces an admin's decision (M3). */
  readonly mayReplace: boolean;
}

const BY: Readonly<Record<Source, string>> = {
  PARENT_REPORTED: "recorded by a parent",
  MANUAL: "marked by the tutor",
  ADMIN_OVERRIDE: "set by an admin",
  WHITEBOARD_AUTO: "accepted from the suggestion",
  SYSTEM_DEFAULT: "by default",
  UNKNOWN: "recorded before Rollcall",
};

export function acceptanceOf(lesson: LessonFieldsFragment, rights: Pick<Rights, "overrides">): Acceptance {
  const { attendance, attendanceSuggestion: suggestion } = lesson;
  const both = ROLES.map((role) => {
    const [key, marked, status] =
      role === "TUTOR"
        ? (["tutor", attendance.tutorMarked, attendance.tutorStatus] as const)
        : (["student", attendance.studentMarked, attendance.studentStatus] as const);
    const suggested = suggestion?.[key].status ?? status;
    return { role, status, suggested, source: marked ? sourceOf(lesson, role) : null };
  });
  return {
    open: both.flatMap(({ role, source }) => (source === null ? [role] : [])),
    kept: both.flatMap(({ source, ...rest }) =>
      source === null || rest.status === rest.suggested ? [] : [{ ...rest, by: BY[source] }],
    ),
    mayReplace: rights.overrides || both.every(({ source }) => source !== "ADMIN_OVERRIDE"),
  };
}

/** The mark that accepts a suggestion (M8). `replace` also changes what a person decided. */
export const acceptingMark = (replace: boolean): Decision => ({ useSuggestion: true, replaceDecisions: replace });

/** "Student stays excused (recorded by a parent)." */
export const keptInWords = ({ role, status, by }: Kept): string =>
  `${role === "TUTOR" ? "Tutor" : "Student"} stays ${STATUS_WORDS[status].toLowerCase()} (${by}).`;

type Source = Mark["source"] | "UNKNOWN";

/** Where the status of one of the two comes from, by the newest mark that is surely about it, else the newest that may be. */
function sourceOf({ attendance, attendanceHistory }: LessonFieldsFragment, role: ParticipantRole): Source {
  const { nodes, totalCount } = attendanceHistory;
  if (totalCount > nodes.length) return attendance.source;
  const newestFirst = nodes.filter((mark) => role === "STUDENT" || mark.source !== "PARENT_REPORTED").reverse();
  const mark = newestFirst.find((each) => isSurelyAbout(each, role)) ?? newestFirst[0];
  return mark === undefined ? attendance.source : mark.actor === null ? "UNKNOWN" : mark.source;
}

/** A mark names both statuses, also where it set one of them only. */
function isSurelyAbout(mark: Mark, role: ParticipantRole): boolean {
  if (role === "TUTOR") return mark.tutorStatusBefore !== mark.tutorStatusAfter;
  return mark.source === "PARENT_REPORTED" || mark.studentStatusBefore !== mark.studentStatusAfter;
}
