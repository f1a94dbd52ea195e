import type { LessonFieldsFragment } from "../generated/graphql.ts";
import { Action } from "../parts/action.tsx";
import { STATUS_WORDS } from "../parts/attendance.tsx";
import type { Rights } from "./rights.ts";
import { useMark } from "./use-mark.ts";

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
  readonly again: () => void;
}

/** Whether the suggestion can be accepted: it is final, stands on evidence, and is about a lesson that takes marks. */
export const isAcceptable = ({ attendanceSuggestion: suggestion, status }: LessonFieldsFragment): boolean =>
  suggestion !== null && suggestion.isFinal && suggestion.hasWhiteboard && status !== "CANCELLED";

/** The suggestion in one click; set back once somebody has decided. */
export function Accept({ lesson, rights, again }: Props) {
  const { busy, problem, send } = useMark(lesson, again);
  const { attendance, attendanceSuggestion: suggestion } = lesson;
  if (suggestion === null || !isAcceptable(lesson) || rights.marks.length < 2) return null;
  const accepted = attendance.source === "WHITEBOARD_AUTO" && attendance.marked;
  const words = (about: "tutor" | "student") => `${about} ${STATUS_WORDS[suggestion[about].status].toLowerCase()}`;
  return (
    <>
      <Action
        idle={busy || accepted}
        className={attendance.marked ? undefined : "primary"}
        onClick={() => send({ useSuggestion: true }, "The suggestion is accepted.")}
      >
        {accepted ? "Accepted" : `Accept: ${words("tutor")}, ${words("student")}`}
      </Action>
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
    </>
  );
}
