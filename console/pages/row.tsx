import { memo } from "react";
import type { AttendanceStatus, RowFieldsFragment } from "../generated/graphql.ts";
import { inStateWords, type Seen, SessionChip, stateOf, StatusBadge } from "../parts/attendance.tsx";
import { DotIcon } from "../parts/icons.tsx";
import { addressOfLesson, Link } from "../router.tsx";
import { clock, differs, placeOf } from "../time.ts";

/** One session of the list. Drawn anew only when the session itself has changed: the cache keeps what has not. */
export const Row = memo(function Row({ session }: { readonly session: RowFieldsFragment }) {
  const { tutor, student, attendance, scheduledStart, scheduledEnd, timeZone } = session;
  const presence = session.whiteboardSession?.presence ?? null;
  const over = session.status === "COMPLETED" || session.status === "CANCELLED";
  // That nothing is decided yet is worth a word once it is time to.
  const shown = (marked: boolean) => session.status !== "CANCELLED" && (over || marked);
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
        {...{ name: tutor.name, role: "Tutor", seen: over ? null : (presence?.tutor ?? null) }}
        {...{ status: shown(attendance.tutorMarked) ? attendance.tutorStatus : null, marked: attendance.tutorMarked }}
      />
      <Person
        {...{ name: student.name, role: "Student", seen: over ? null : (presence?.student ?? null) }}
        {...{
          status: shown(attendance.studentMarked) ? attendance.studentStatus : null,
          marked: attendance.studentMarked,
        }}
      />
    </li>
  );
});

interface PersonProps {
  readonly name: string;
  readonly role: string;
  /** Null: there is, or was, no room to be in. */
  readonly seen: Seen | null;
  /** Null: nothing is to be said about it. */
  readonly status: AttendanceStatus | null;
  readonly marked: boolean;
}

const Person = ({ name, role, seen, status, marked }: PersonProps) => (
  <div className="row-person">
    <DotIcon state={seen === null ? null : stateOf(seen)} />
    <p>
      <span className="row-name">{name}</span>
      <span className="row-role">
        {role}
        {seen !== null && `, ${inStateWords(seen)}`}
      </span>
    </p>
    {status !== null && <StatusBadge status={status} marked={marked} />}
  </div>
);
