import { useCallback } from "react";
import { LessonDocument, type LessonFieldsFragment } from "../generated/graphql.ts";
import { Controls } from "../lesson/controls.tsx";
import { History } from "../lesson/history.tsx";
import { Marking } from "../lesson/marking.tsx";
import { People } from "../lesson/people.tsx";
import { rightsOf } from "../lesson/rights.ts";
import { Suggestion } from "../lesson/suggestion.tsx";
import { Timelines } from "../lesson/timelines.tsx";
import { useLive } from "../lesson/live.ts";
import { useChanges } from "../net/feed.ts";
import { codeOf, inWords } from "../net/problems.ts";
import { useSteady } from "../net/steady.ts";
import type { Viewer } from "../net/token.ts";
import { SessionChip } from "../parts/attendance.tsx";
import { Heading } from "../parts/heading.tsx";
import { Problem, Waiting } from "../parts/notices.tsx";
import { addressOfShownList, Link } from "../router.tsx";
import { clock, differs, HERE, moment, placeOf } from "../time.ts";

/** One session, by its address. */
export function LessonPage({ id, viewer }: { readonly id: string; readonly viewer: Viewer }) {
  const { data, error, again } = useSteady(LessonDocument, { id });
  const listen = useCallback(
    (changed: readonly { readonly id: string }[]) => {
      if (changed.some((session) => session.id === id)) again();
    },
    [id, again],
  );
  useChanges(listen);
  const lesson = data?.session;
  const missing = lesson === null || (error !== null && codeOf(error) === "VALIDATION_FAILED");
  return (
    <>
      <Link href={addressOfShownList()} className="back">
        Back to the list
      </Link>
      {missing ? (
        <>
          <Heading title="No such session" />
          <p className="lead">There is no session {id}, or it is not one of yours.</p>
        </>
      ) : lesson === undefined ? (
        <Waiting problem={error === null ? null : inWords(error)} again={again} />
      ) : (
        <>
          {error !== null && <Problem text={inWords(error)} again={again} />}
          <Lesson lesson={lesson} viewer={viewer} again={again} />
        </>
      )}
    </>
  );
}

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly viewer: Viewer;
  readonly again: () => void;
}

function Lesson({ lesson, viewer, again }: Props) {
  const rights = rightsOf(viewer, lesson);
  const presence = useLive(lesson, again);
  const title = lesson.title ?? `Session ${lesson.id}`;
  const over = lesson.status === "COMPLETED";
  const timelines = <Timelines lesson={lesson} rights={rights} />;
  return (
    <article className="lesson">
      <header className="lesson-head">
        <div>
          <div className="lesson-title">
            <Heading title={title} />
            <SessionChip status={lesson.status} />
          </div>
          <p className="lead">
            <time dateTime={lesson.scheduledStart}>{moment(lesson.scheduledStart, lesson.timeZone)}</time>–
            <time dateTime={lesson.scheduledEnd}>{clock(lesson.scheduledEnd, lesson.timeZone)}</time>{" "}
            {differs(lesson.scheduledStart, lesson.timeZone) && (
              <span>
                in {placeOf(lesson.timeZone)}, as all times below; {clock(lesson.scheduledStart)} in {placeOf(HERE)}
              </span>
            )}
          </p>
        </div>
        <Controls lesson={lesson} rights={rights} />
      </header>
      {lesson.status === "CANCELLED" && <p>It was cancelled: there is nothing to decide about it.</p>}
      <People lesson={lesson} presence={presence} />
      {/* While it runs, who is there comes first; afterwards what is to be decided. */}
      {!over && timelines}
      {rights.runs && <Suggestion lesson={lesson} rights={rights} again={again} />}
      {over && timelines}
      <Marking lesson={lesson} rights={rights} again={again} />
      <History lesson={lesson} rights={rights} />
    </article>
  );
}
