import type { AttendanceState, StudentAuthority, TutorAuthority } from "../../domain/attendance/attendance.ts";
import type { MarkRecord } from "../../domain/attendance/marking.ts";
import type { AttendanceSource, AttendanceStatus, ParticipantRole } from "../../domain/model.ts";
import { Prisma, type PrismaClient, type Session } from "../../generated/prisma/client.ts";
import type { HistoryRequest, MarkRow, MarkStore } from "../../services/attendance/marks.ts";
import { readWhiteboardsOfSessions } from "../presence/whiteboards.ts";
import { sessionFacts } from "../sessions/heads.ts";
import { lockSession, ms, type Queryable } from "../sql.ts";

const AT = Prisma.raw(ms("m.at"));

const asked = (requests: readonly HistoryRequest[]) =>
  [requests.map(({ sessionId }) => sessionId), requests.map(({ actorId }) => actorId)] as const;

export function createMarkStore(prisma: PrismaClient): MarkStore {
  return {
    mark: (sessionId, actorName, decide) =>
      prisma.$transaction(async (tx) => {
        await lockSession(tx, sessionId);
        const row = await tx.session.findUniqueOrThrow({ where: { id: sessionId } });
        const [whiteboard = null] = await readWhiteboardsOfSessions(tx, [sessionId]);
        const { attendance, record } = decide({ session: sessionFacts(row), whiteboard }, attendanceState(row));
        await tx.session.update({ where: { id: sessionId }, data: sessionColumns(attendance), select: { id: true } });
        await tx.attendanceMark.create({ data: historyColumns(record), select: { id: true } });
        if (actorName !== null) await remember(tx, record.actorId, actorName);
      }),

    async histories(requests) {
      const [sessionIds, actorIds] = asked(requests);
      const [after, most] = [requests.map((request) => request.after), requests.map(({ size }) => size + 1)];
      // SQL: one statement for the sessions of a whole list; each request has its place, and its own limit.
      const rows = await prisma.$queryRaw<(MarkRow & { place: number })[]>`
        select r.place::int as place, m.id, ${AT} as at, m.actor_id as "actorId", m.source,
          m.tutor_status_before as "tutorStatusBefore", m.tutor_status_after as "tutorStatusAfter",
          m.student_status_before as "studentStatusBefore", m.student_status_after as "studentStatusAfter",
          m.overrode_own_suggestion as "overrodeOwnSuggestion", m.kept as "keptStatusOf", n.notes
        from unnest(${sessionIds}::int[], ${actorIds}::int[], ${after}::int[], ${most}::int[]) with ordinality
          as r (session_id, actor_id, after, most, place)
        cross join lateral (
          select * from attendance_marks m
          where m.session_id = r.session_id and (r.actor_id is null or m.actor_id = r.actor_id) and m.id > r.after
          order by m.id
          limit r.most) m
        left join attendance_mark_notes n on n.mark_id = m.id
        order by r.place, m.id`;
      const pages = requests.map((): MarkRow[] => []);
      for (const { place, ...row } of rows) pages[place - 1]?.push(row);
      return pages;
    },
    async countHistories(requests) {
      const [sessionIds, actorIds] = asked(requests);
      // SQL: as many counts as requests, in their order, in one statement.
      const rows = await prisma.$queryRaw<{ marks: number }[]>`
        select (
          select count(*)::int from attendance_marks m
          where m.session_id = r.session_id and (r.actor_id is null or m.actor_id = r.actor_id)) as marks
        from unnest(${sessionIds}::int[], ${actorIds}::int[]) with ordinality as r (session_id, actor_id, place)
        order by r.place`;
      return rows.map((row) => row.marks);
    },
  };
}

/** Keeps the name that a token gave to somebody who has no row. SQL: only where it says something new, in one statement. */
async function remember(tx: Queryable, id: number, name: string): Promise<void> {
  await tx.$executeRaw`
    with given as (select ${id}::int as id, ${name}::text as name)
    insert into token_people (id, name)
    select g.id, g.name from given g where not exists (select from users u where u.id = g.id)
    on conflict (id) do update set name = excluded.name where token_people.name <> excluded.name`;
}

/** A row of `sessions` as the marking rules know it. */
function attendanceState(row: Session): AttendanceState {
  return {
    tutorStatus: row.tutorStatus.toUpperCase() as AttendanceStatus,
    studentStatus: row.studentStatus.toUpperCase() as AttendanceStatus,
    tutorAuthority: (row.tutorAuthority?.toUpperCase() ?? null) as TutorAuthority | null,
    studentAuthority: (row.studentAuthority?.toUpperCase() ?? null) as StudentAuthority | null,
    source: row.source.toUpperCase() as AttendanceSource,
    notes: row.notes,
    markedBy: row.markedBy,
    markedAt: row.markedAt?.getTime() ?? null,
    keptStatusOf: (row.keptStatusOf?.toUpperCase() ?? null) as ParticipantRole | null,
    version: row.attendanceVersion,
  };
}

function sessionColumns(state: AttendanceState): Prisma.SessionUpdateInput {
  return {
    tutorStatus: state.tutorStatus.toLowerCase(),
    studentStatus: state.studentStatus.toLowerCase(),
    tutorAuthority: state.tutorAuthority?.toLowerCase() ?? null,
    studentAuthority: state.studentAuthority?.toLowerCase() ?? null,
    source: state.source.toLowerCase(),
    notes: state.notes,
    markedBy: state.markedBy,
    markedAt: state.markedAt === null ? null : new Date(state.markedAt),
    keptStatusOf: state.keptStatusOf?.toLowerCase() ?? null,
    attendanceVersion: state.version,
  };
}

function historyColumns(record: MarkRecord): Prisma.AttendanceMarkUncheckedCreateInput {
  return {
    sessionId: record.sessionId,
    at: new Date(record.at),
    actorId: record.actorId,
    actorRole: record.actorRole.toLowerCase(),
    source: record.source.toLowerCase(),
    tutorStatusBefore: record.tutorStatusBefore.toLowerCase(),
    tutorStatusAfter: record.tutorStatusAfter.toLowerCase(),
    studentStatusBefore: record.studentStatusBefore.toLowerCase(),
    studentStatusAfter: record.studentStatusAfter.toLowerCase(),
    suggestion: record.suggestion === null ? Prisma.DbNull : (record.suggestion as unknown as Prisma.InputJsonObject),
    overrodeOwnSuggestion: record.overrodeOwnSuggestion,
    keptStatusOf: record.keptStatusOf?.toLowerCase() ?? null,
    notes: record.notes === null ? undefined : { create: { notes: record.notes } },
  };
}
