import type { AttendanceState, StudentAuthority, TutorAuthority } from "../domain/attendance.ts";
import type { MarkRecord } from "../domain/marking.ts";
import type { AttendanceSource, AttendanceStatus } from "../domain/model.ts";
import { Prisma, type PrismaClient, type Session } from "../generated/prisma/client.ts";
import type { MarkStore } from "../services/marking.ts";
import { readBoardsOfSessions } from "./ledger/read.ts";
import { sessionFacts } from "./session-facts.ts";

const LOCK = "select id from sessions where id = $1::int for no key update";
const REMEMBER = `
insert into token_people (id, name)
select $1::int, $2::text where not exists (select from users where id = $1::int)
on conflict (id) do update set name = excluded.name where token_people.name <> excluded.name`;

export function createMarkStore(prisma: PrismaClient): MarkStore {
  return {
    mark: (sessionId, actorName, decide) =>
      prisma.$transaction(async (tx) => {
        await tx.$queryRawUnsafe(LOCK, sessionId);
        const row = await tx.session.findUniqueOrThrow({ where: { id: sessionId } });
        const [board = null] = await readBoardsOfSessions(tx, [sessionId]);
        const { attendance, record } = decide({ session: sessionFacts(row), board }, attendanceState(row));
        await tx.session.update({ where: { id: sessionId }, data: sessionColumns(attendance), select: { id: true } });
        await tx.attendanceMark.create({ data: historyColumns(record), select: { id: true } });
        if (actorName !== null) await tx.$executeRawUnsafe(REMEMBER, record.actorId, actorName);
      }),

    history: (sessionId, actorId, { limit, after }) =>
      prisma.attendanceMark.findMany({
        where: { sessionId, actorId: actorId ?? undefined, id: after === null ? undefined : { gt: after } },
        include: { notes: { select: { notes: true } } },
        orderBy: { id: "asc" },
        take: limit,
      }),
    countHistory: (sessionId, actorId) =>
      prisma.attendanceMark.count({ where: { sessionId, actorId: actorId ?? undefined } }),
  };
}

/** A row of `sessions` as the marking rules know it. */
export function attendanceState(row: Session): AttendanceState {
  return {
    tutorStatus: row.tutorStatus.toUpperCase() as AttendanceStatus,
    studentStatus: row.studentStatus.toUpperCase() as AttendanceStatus,
    tutorAuthority: (row.tutorAuthority?.toUpperCase() ?? null) as TutorAuthority | null,
    studentAuthority: (row.studentAuthority?.toUpperCase() ?? null) as StudentAuthority | null,
    source: row.source.toUpperCase() as AttendanceSource,
    notes: row.notes,
    markedBy: row.markedBy,
    markedAt: row.markedAt?.getTime() ?? null,
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
    notes: record.notes === null ? undefined : { create: { notes: record.notes } },
  };
}
