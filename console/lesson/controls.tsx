import { useEffect, useRef, useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { announce } from "../announce.tsx";
import { EndLessonDocument, type LessonFieldsFragment, OpenWhiteboardDocument } from "../generated/graphql.ts";
import { inWords } from "../net/problems.ts";
import { useNow } from "../net/server-clock.ts";
import { Action } from "../parts/action.tsx";
import { focusHeading } from "../parts/heading.tsx";
import { useStore } from "../store.ts";
import { attending, join, leave } from "./attending.ts";
import type { Rights } from "./rights.ts";

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
}

/** What the two of a lesson, and who runs it, may do with it now. */
export function Controls({ lesson, rights }: Props) {
  const [opening, openWhiteboard] = useMutation(OpenWhiteboardDocument);
  const [ending, endLesson] = useMutation(EndLessonDocument);
  const [problem, setProblem] = useState<string | null>(null);
  const own = useStore(attending);
  const now = useNow(10_000) ?? 0;
  const { id: sessionId, whiteboardSession: whiteboard } = lesson;
  if (lesson.status === "COMPLETED" || lesson.status === "CANCELLED") return null;
  const settle = ({ error }: { readonly error?: CombinedError | undefined }, done: string) => {
    setProblem(error === undefined ? null : inWords(error));
    if (error === undefined) announce(done);
    return error === undefined;
  };
  const here = own?.sessionId === sessionId;
  const title = lesson.title ?? `Session ${sessionId}`;
  const open = async () => settle(await openWhiteboard({ sessionId }), "The whiteboard is open.");
  const end = async () => {
    const ended = settle(await endLesson({ sessionId }), "The session has ended.");
    if (ended) focusHeading();
    return ended;
  };
  // One button for one after the other, so that the focus stays on it.
  const next =
    whiteboard === null
      ? rights.runs && ({ name: "Open whiteboard", act: open } as const)
      : rights.attends !== null &&
        (here
          ? { name: "Leave", act: leave }
          : { name: "Join", act: () => join({ sessionId, whiteboard: whiteboard.id, title }) });
  return (
    <div className="controls">
      {whiteboard === null && !rights.runs && rights.attends !== null && (
        <p className="help">You can join when the whiteboard is open.</p>
      )}
      {next !== false && (
        <Action idle={opening.fetching} className={here ? undefined : "primary"} onClick={next.act}>
          {next.name}
        </Action>
      )}
      {rights.runs && now >= Date.parse(lesson.scheduledStart) && <End busy={ending.fetching} end={end} />}
      {problem !== null && (
        <p role="alert" className="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

/** Asks before it ends the session for everybody; goes with it. */
function End({ busy, end }: { readonly busy: boolean; readonly end: () => Promise<boolean> }) {
  const [asked, setAsked] = useState(false);
  const first = useRef(true);
  const focused = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!first.current) focused.current?.focus();
    first.current = false;
  }, [asked]);
  if (!asked) {
    return (
      <button ref={focused} type="button" className="quiet" onClick={() => setAsked(true)}>
        End session
      </button>
    );
  }
  return (
    <div className="sure" role="group" aria-label="End the session for everybody?">
      <p>End it for everybody?</p>
      <button
        ref={focused}
        type="button"
        className="danger"
        onClick={async () => {
          if (!busy && !(await end())) setAsked(false);
        }}
      >
        End it
      </button>
      <button type="button" className="quiet" onClick={() => setAsked(false)}>
        Keep going
      </button>
    </div>
  );
}
