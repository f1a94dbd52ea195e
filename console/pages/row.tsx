import { memo } from "react";
import type { AttendanceStatus, RowFieldsFragment } from "../generated/graphql.ts";
import { LiveDot, type Seen, SessionChip, StatusBadge } from "../parts/attendance.tsx";
import { addressOfLesson, Link } from "../router.tsx";
import { clock, differs, placeOf } from "../time.ts";

/** One session of the list. Drawn anew only when the session itself has changed: the cache keeps what has not. */
export const Row = memo(function Row({ session }: { readonly session: RowFieldsFragment }) {
  const { tutor, student, attendance, scheduledStart, scheduledEnd, timeZone } = session;
  const presence = session.whiteboardSession?.presence ?? null;
  const over = session.status === "COMPLETED" || session.status === "CANCELLED";
  const cancelled = session.status === "CANCELLED";
  return (
    <li className={`row row-${session.status.toLowerCase()}`}>
      <p className="row-time">
        <time dateTime={scheduledStart}>{clock(scheduledStart)}</time>
        <span className="row-end">
          <span className="unseen">until </span>
          <time dateTime={scheduledEnd}>{clock(scheduledEnd)}</time>
        </span>
        {differs(scheduledStart, timeZone) && (
          <span className="row-zone">
            {clock(scheduledStart, timeZone)} in {placeOf(timeZone)}
          </span>
        )}
      </p>
      <div className="row-what">
        <Link href={addressOfLesson(session.id)} className="row-title">
          {session.title ?? `Session ${session.id}`}
        </Link>
        <SessionChip status={session.status} />
      </div>
      <Person
        {...{ name: tutor.name, role: "Tutor", live: !over, seen: presence?.tutor ?? null }}
        {...{ status: cancelled ? null : attendance.tutorStatus, marked: attendance.tutorMarked }}
      />
      <Person
        {...{ name: student.name, role: "Student", live: !over, seen: presence?.student ?? null }}
        {...{ status: cancelled ? null : attendance.studentStatus, marked: attendance.studentMarked }}
      />
    </li>
  );
});

interface PersonProps {
  readonly name: string;
  readonly role: string;
  readonly live: boolean;
  readonly seen: Seen | null;
  /** Null: nothing is decided about it, ever. */
  readonly status: AttendanceStatus | null;
  readonly marked: boolean;
}

const Person = ({ name, role, live, seen, status, marked }: PersonProps) => (
  <div className="row-person">
    {live ? <LiveDot seen={seen} /> : <span className="live-dot" />}
    <p>
      <span className="row-name">{name}</span>
      <span className="row-role">{role}</span>
    </p>
    {status !== null && <StatusBadge status={status} marked={marked} />}
  </div>
);
