import type { AttendanceSource, LessonFieldsFragment } from "../generated/graphql.ts";
import { StatusBadge } from "../parts/attendance.tsx";
import { moment } from "../time.ts";
import type { Rights } from "./rights.ts";

const SOURCES: Readonly<Record<AttendanceSource, string>> = {
  SYSTEM_DEFAULT: "by default",
  WHITEBOARD_AUTO: "accepted the suggestion",
  MANUAL: "marked by hand",
  PARENT_REPORTED: "reported as a parent",
  ADMIN_OVERRIDE: "overrode as an admin",
};

/** Every decision as it was taken, oldest first. Students and parents see their own only. */
export function History({ lesson, rights }: { readonly lesson: LessonFieldsFragment; readonly rights: Rights }) {
  const { attendance, attendanceHistory } = lesson;
  const { nodes, totalCount } = attendanceHistory;
  if (nodes.length === 0 && (!rights.runs || lesson.status === "CANCELLED")) return null;
  return (
    <section className="card" aria-labelledby="history">
      <h2 id="history">{rights.runs ? "Decisions" : "What you decided"}</h2>
      {nodes.length === 0 ? (
        <p className="help">Nobody has decided yet. What nobody decided never counts as attended.</p>
      ) : (
        <ol className="history">
          {nodes.map((mark) => (
            <li key={mark.id}>
              <p>
                <strong>{mark.actor?.name ?? "Somebody before Rollcall"}</strong> {SOURCES[mark.source]}
                <time dateTime={mark.at}>{moment(mark.at, lesson.timeZone)}</time>
              </p>
              <p className="history-what">
                {/* A parent says nothing about the tutor. */}
                {mark.source !== "PARENT_REPORTED" && (
                  <span>
                    Tutor <StatusBadge status={mark.tutorStatusAfter} marked={attendance.tutorMarked} />
                  </span>
                )}
                <span>
                  Student <StatusBadge status={mark.studentStatusAfter} marked={attendance.studentMarked} />
                </span>
              </p>
              {mark.overrodeOwnSuggestion && <p className="note-flag">Differs from the suggestion about themself.</p>}
              {mark.notes !== null && <blockquote>{mark.notes}</blockquote>}
            </li>
          ))}
        </ol>
      )}
      {totalCount > nodes.length && (
        <p className="help">
          The first {nodes.length} of {totalCount}.
        </p>
      )}
    </section>
  );
}
