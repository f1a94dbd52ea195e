import { useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { announce } from "../announce.tsx";
import { EndLessonDocument, type LessonFieldsFragment, OpenRoomDocument } from "../generated/graphql.ts";
import { inWords } from "../net/problems.ts";
import { useNow } from "../net/server-clock.ts";
import { useStore } from "../store.ts";
import { attending, join, leave } from "./attending.ts";
import type { Rights } from "./rights.ts";

/** What the two of a lesson, and who runs it, may do with it now. */
export function Controls({ lesson, rights }: { readonly lesson: LessonFieldsFragment; readonly rights: Rights }) {
  const [opening, openRoom] = useMutation(OpenRoomDocument);
  const [ending, endLesson] = useMutation(EndLessonDocument);
  const [sure, setSure] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const own = useStore(attending);
  const now = useNow(10_000) ?? 0;
  const { id: sessionId, whiteboardSession: room } = lesson;
  if (lesson.status === "COMPLETED" || lesson.status === "CANCELLED") return null;
  const settle = ({ error }: { readonly error?: CombinedError | undefined }, done: string) => {
    setProblem(error === undefined ? null : inWords(error));
    setSure(false);
    if (error === undefined) announce(done);
  };
  const here = own?.sessionId === sessionId;
  const title = lesson.title ?? `Session ${sessionId}`;
  return (
    <div className="controls">
      {room === null && rights.runs && (
        <button
          type="button"
          className="primary"
          disabled={opening.fetching}
          onClick={async () => settle(await openRoom({ sessionId }), "The whiteboard is open.")}
        >
          Open whiteboard
        </button>
      )}
      {room === null && !rights.runs && rights.attends !== null && (
        <p className="help">You can join when the whiteboard is open.</p>
      )}
      {room !== null &&
        rights.attends !== null &&
        (here ? (
          <button type="button" onClick={leave}>
            Leave
          </button>
        ) : (
          <button type="button" className="primary" onClick={() => join({ sessionId, room: room.id, title })}>
            Join
          </button>
        ))}
      {rights.runs && now >= Date.parse(lesson.scheduledStart) && !sure && (
        <button type="button" className="quiet" onClick={() => setSure(true)}>
          End session
        </button>
      )}
      {sure && (
        <div className="sure" role="group" aria-label="End the session for everybody?">
          <p>End it for everybody?</p>
          <button
            type="button"
            className="danger"
            autoFocus
            disabled={ending.fetching}
            onClick={async () => settle(await endLesson({ sessionId }), "The session has ended.")}
          >
            End it
          </button>
          <button type="button" className="quiet" onClick={() => setSure(false)}>
            Go on
          </button>
        </div>
      )}
      {problem !== null && (
        <p role="alert" className="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
