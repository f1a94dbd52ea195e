import type { LessonFieldsFragment, ParticipantRole } from "../generated/graphql.ts";
import { Action } from "../parts/action.tsx";
import { focusHeading } from "../parts/heading.tsx";
import { STATUS_WORDS } from "../parts/status-words.ts";
import { acceptanceOf, acceptingMark, keptInWords } from "./acceptance.ts";
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

/** The suggestion in one click, for whom nobody decided yet. What somebody decided is replaced by a choice of its own only. */
export function Accept({ lesson, rights, again }: Props) {
  const { busy, problem, send } = useMark(lesson, again);
  const { attendance, attendanceSuggestion: suggestion } = lesson;
  if (suggestion === null || !isAcceptable(lesson) || rights.marks.length < 2) return null;
  const acceptance = acceptanceOf(lesson, rights);
  const { open, kept, mayReplace } = acceptance;
  const suggested = (roles: readonly ParticipantRole[]) =>
    roles.map((role) => `${NAMES[role]} ${STATUS_WORDS[suggestion[NAMES[role]].status].toLowerCase()}`).join(", ");
  const decided = attendance.source === "WHITEBOARD_AUTO" ? "Accepted" : "Decided";
  const stays = kept.map(keptInWords).join(" ");
  const replace = async () => {
    const replaced = await send(acceptingMark(true), "The decision is replaced by the suggestion.");
    // The button goes with what it did.
    if (replaced) focusHeading();
  };
  return (
    <>
      <Action
        idle={busy || open.length === 0}
        className={open.length === 0 ? undefined : "primary"}
        onClick={() => send(acceptingMark(false), `The suggestion is accepted. ${stays}`.trim())}
      >
        {open.length === 0 ? decided : `Accept: ${suggested(open)}`}
      </Action>
      {kept.length > 0 && (
        <div className="kept">
          <p>{stays}</p>
          {mayReplace && (
            <Action idle={busy} className="quiet" onClick={replace}>
              Replace by the suggestion: {suggested(kept.map(({ role }) => role))}
            </Action>
          )}
        </div>
      )}
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
    </>
  );
}

const NAMES = { TUTOR: "tutor", STUDENT: "student" } as const satisfies Record<ParticipantRole, string>;
