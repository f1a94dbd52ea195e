import { useId } from "react";
import type { AttendanceStatus, LessonFieldsFragment } from "../generated/graphql.ts";
import { Action } from "../parts/action.tsx";
import { StatusIcon } from "../parts/icons.tsx";
import { STATUS_WORDS } from "../parts/status-words.ts";
import { isAcceptable } from "./accept.tsx";
import type { Decision } from "./decision.ts";
import { Draft } from "./draft.ts";
import type { Rights } from "./rights.ts";
import { useMark } from "./use-mark.ts";

const MAX_NOTE = 2_000;
const STATUSES = ["PRESENT", "LATE", "ABSENT", "EXCUSED"] as const satisfies readonly AttendanceStatus[];

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
  readonly again: () => void;
}

/** The last word: statuses of one's own, with a note. */
export function Marking({ lesson, rights, again }: Props) {
  const { busy, problem, send } = useMark(lesson, again);
  if (rights.marks.length === 0 || lesson.status === "CANCELLED") return null;
  const decide = isAcceptable(lesson) ? "Decide otherwise" : "Decide";
  return (
    <section className="card" aria-labelledby="marking">
      <h2 id="marking">{rights.runs ? decide : "Report your child’s attendance"}</h2>
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <OverrideForm
        lesson={lesson}
        rights={rights}
        busy={busy}
        save={(given) => send(given, "Your decision is saved.")}
      />
    </section>
  );
}

interface FormProps {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
  readonly busy: boolean;
  readonly save: (given: Decision) => Promise<boolean>;
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
        aria-invalid={length > MAX_NOTE}
        onChange={(event) => setDraft({ ...draft, notes: event.target.value })}
      />
      <p id={`${note}-length`} className={length > MAX_NOTE ? "field-problem" : "help"}>
        {length > MAX_NOTE
          ? `${(length - MAX_NOTE).toLocaleString("en")} characters too many.`
          : `${length.toLocaleString("en")} of ${MAX_NOTE.toLocaleString("en")} characters. Read by the tutor and admins.`}
      </p>
      <Action type="submit" idle={busy || !chosen || length > MAX_NOTE}>
        Save decision
      </Action>
    </form>
  );
}
