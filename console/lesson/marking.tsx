import { useId, useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { announce } from "../announce.tsx";
import {
  type AttendanceStatus,
  type LessonFieldsFragment,
  MarkDocument,
  type MarkAttendanceInput,
} from "../generated/graphql.ts";
import { codeOf, inWords } from "../net/problems.ts";
import { STATUS_WORDS } from "../parts/attendance.tsx";
import { StatusIcon } from "../parts/icons.tsx";
import { Draft } from "./draft.ts";
import type { Rights } from "./rights.ts";

const LONGEST_NOTE = 2_000;
const STATUSES = ["PRESENT", "LATE", "ABSENT", "EXCUSED"] as const satisfies readonly AttendanceStatus[];

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
  readonly again: () => void;
}

/** The last word: the suggestion in one click, or statuses of one's own with a note. */
export function Marking({ lesson, rights, again }: Props) {
  const [{ fetching }, mark] = useMutation(MarkDocument);
  const [problem, setProblem] = useState<string | null>(null);
  if (rights.marks.length === 0 || lesson.status === "CANCELLED") return null;
  const suggestion = lesson.attendanceSuggestion;
  const acceptable = suggestion !== null && suggestion.isFinal && suggestion.hasWhiteboard;
  const accepted = lesson.attendance.source === "WHITEBOARD_AUTO" && lesson.attendance.marked;
  const send = async (given: Omit<MarkAttendanceInput, "sessionId">, done: string) => {
    const input = { ...given, sessionId: lesson.id, expectedVersion: lesson.attendance.version };
    const { error } = await mark({ input });
    setProblem(error === undefined ? null : inWords(error));
    if (error === undefined) announce(done);
    else if (isStale(error)) again();
    return error === undefined;
  };
  return (
    <section className="card" aria-labelledby="marking">
      <h2 id="marking">{rights.runs ? "Decide" : "Report your child’s attendance"}</h2>
      {accepted && <p className="help">The suggestion was accepted. To decide otherwise:</p>}
      {acceptable && !accepted && (
        <div className="accept">
          <button
            type="button"
            className="primary"
            disabled={fetching}
            onClick={() => send({ useSuggestion: true }, "The suggestion is accepted.")}
          >
            Accept: tutor {STATUS_WORDS[suggestion.tutor.status].toLowerCase()}, student{" "}
            {STATUS_WORDS[suggestion.student.status].toLowerCase()}
          </button>
          <p className="help">Or decide otherwise:</p>
        </div>
      )}
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <OverrideForm
        lesson={lesson}
        rights={rights}
        busy={fetching}
        save={(given) => send(given, "Your decision is saved.")}
      />
    </section>
  );
}

const isStale = (error: CombinedError) => ["CONFLICT", "FORBIDDEN"].includes(codeOf(error) ?? "");

interface FormProps {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
  readonly busy: boolean;
  readonly save: (given: Omit<MarkAttendanceInput, "sessionId">) => Promise<boolean>;
}

/** Keeps what is written while the page changes around it: a newer mark of somebody else clears nothing. */
function OverrideForm({ lesson, rights, busy, save }: FormProps) {
  const [draft, setDraft] = Draft.use(lesson.id);
  const note = useId();
  const length = [...draft.notes].length;
  const chosen = rights.marks.some((role) => draft[role] !== null);
  return (
    <form
      className="stack"
      onSubmit={async (event) => {
        event.preventDefault();
        const notes = draft.notes.trim() === "" ? undefined : draft.notes;
        const saved = await save({ tutorStatus: draft.TUTOR, studentStatus: draft.STUDENT, notes });
        if (saved) setDraft(Draft.EMPTY);
      }}
    >
      {rights.marks.map((role) => (
        <fieldset key={role} className="choice">
          <legend>{role === "TUTOR" ? `Tutor, ${lesson.tutor.name}` : `Student, ${lesson.student.name}`}</legend>
          <div className="choices">
            {STATUSES.map((status) => (
              <label key={status} className={`badge-${status.toLowerCase()}`}>
                <input
                  type="radio"
                  name={role}
                  value={status}
                  checked={draft[role] === status}
                  onChange={() => setDraft({ ...draft, [role]: status })}
                />
                <StatusIcon status={status} />
                {STATUS_WORDS[status]}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <label htmlFor={note}>Note</label>
      <textarea
        id={note}
        rows={2}
        value={draft.notes}
        aria-describedby={`${note}-length`}
        aria-invalid={length > LONGEST_NOTE}
        onChange={(event) => setDraft({ ...draft, notes: event.target.value })}
      />
      <p id={`${note}-length`} className={length > LONGEST_NOTE ? "field-problem" : "help"}>
        {length > LONGEST_NOTE
          ? `${(length - LONGEST_NOTE).toLocaleString("en")} characters too many.`
          : `${length.toLocaleString("en")} of ${LONGEST_NOTE.toLocaleString("en")} characters. Seen by who decides.`}
      </p>
      <button type="submit" disabled={busy || !chosen || length > LONGEST_NOTE}>
        Save decision
      </button>
    </form>
  );
}
