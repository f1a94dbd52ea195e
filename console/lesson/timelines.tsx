import type { LessonFieldsFragment } from "../generated/graphql.ts";
import { useNow } from "../net/server-clock.ts";
import type { Rights } from "./rights.ts";
import { ROLES } from "../../src/domain/model.ts";
import { SpanTable } from "./span-table.tsx";
import { Axis, Lane, Legend } from "./timeline.tsx";
import { extent, timelineOf } from "./timeline-model.ts";
import { describe } from "./timeline-words.ts";

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
}

/** When each of the two was there, over the lesson as it was scheduled. Runs on with the server's clock. */
export function Timelines({ lesson, rights }: Props) {
  const whiteboard = lesson.whiteboardSession;
  const running = whiteboard !== null && whiteboard.spans.some(({ endedAt }) => endedAt === null);
  const live = lesson.status === "IN_PROGRESS" || lesson.status === "SCHEDULED";
  const now = useNow(live ? (running ? 1_000 : 10_000) : null) ?? 0;
  if (rights.spans.length === 0 || (whiteboard === null && lesson.status === "CANCELLED")) return null;
  const start = Date.parse(lesson.scheduledStart);
  const end = Date.parse(lesson.scheduledEnd);
  const timelines = ROLES.filter((role) => rights.spans.includes(role)).map((role) =>
    timelineOf(role, whiteboard?.spans ?? [], start, now),
  );
  const shown = extent(start, end, timelines);
  const names = { TUTOR: lesson.tutor.name, STUDENT: lesson.student.name };
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {whiteboard === null ? (
        <p className="help">
          {lesson.status === "SCHEDULED"
            ? "No whiteboard is open yet."
            : "No whiteboard was opened: nothing tells who was there."}
        </p>
      ) : whiteboard.evidenceRemovedAt !== null ? (
        <p className="help">Connection data was deleted after its retention period. Decisions stay.</p>
      ) : (
        <>
          <div className="timelines">
            {timelines.map((timeline) => (
              <div key={timeline.role} className={`lane lane-${timeline.role.toLowerCase()}`}>
                <h3>
                  {names[timeline.role]}{" "}
                  <span className="row-role">{timeline.role === "TUTOR" ? "Tutor" : "Student"}</span>
                </h3>
                <Lane
                  timeline={timeline}
                  shown={shown}
                  lesson={{ from: start, to: end }}
                  now={live ? now : null}
                  label={describe(timeline, names[timeline.role], { from: start, to: end }, lesson.timeZone)}
                />
              </div>
            ))}
            <Axis shown={shown} timeZone={lesson.timeZone} now={live ? now : null} />
          </div>
          <Legend tabs={timelines.some(({ rows }) => rows.length > 1)} now={live} />
          <SpanTable spans={whiteboard.spans} names={names} timeZone={lesson.timeZone} />
        </>
      )}
    </section>
  );
}
