import type { LessonFieldsFragment } from "../generated/graphql.ts";
import { LiveDot, StatusBadge } from "../parts/attendance.tsx";
import type { LivePresence } from "./live.ts";

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly presence: LivePresence | null;
}

/** The two people: whether they are here, and what was decided. */
export function People({ lesson, presence }: Props) {
  const { attendance, status } = lesson;
  const over = status === "COMPLETED" || status === "CANCELLED";
  const both = [
    { key: "tutor", role: "Tutor", status: attendance.tutorStatus, marked: attendance.tutorMarked },
    { key: "student", role: "Student", status: attendance.studentStatus, marked: attendance.studentMarked },
  ] as const;
  return (
    <ul className="pair" aria-label="Who the lesson is for">
      {both.map(({ key, role, status: decided, marked }) => {
        const open = presence?.[key].openConnections ?? 0;
        return (
          <li key={key} className={`card person person-${key}`}>
            <p>
              <span className="row-role">{role}</span>
              <span className="person-name">{lesson[key].name}</span>
              {!over && presence !== null && (
                <span className="person-live">
                  <LiveDot seen={presence[key]} />
                  {open > 1 && <span>, in {open} tabs</span>}
                </span>
              )}
            </p>
            {status !== "CANCELLED" && <StatusBadge status={decided} marked={marked} />}
          </li>
        );
      })}
    </ul>
  );
}
