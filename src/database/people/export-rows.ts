import type { LogEntry } from "../../domain/presence/presence.ts";
import type { Suggestion } from "../../domain/suggestion/suggest.ts";
import type {
  AttendanceMark,
  AttendanceMarkNote,
  Connection,
  ConnectionEvent,
  ConnectionSpan,
  Session,
  WhiteboardSession,
} from "../../generated/prisma/client.ts";

type Role = "tutor" | "student";
type MarkWithNotes = AttendanceMark & { readonly notes: AttendanceMarkNote | null };

/** A session that the person takes part in. */
export function sessionOf(row: Session & { readonly whiteboardSession: WhiteboardSession | null }, personId: number) {
  const role = roleIn(row, personId);
  // Other people's words are with their marks; those of nobody known are from before this system, and about the lesson.
  const notes = row.markedBy === null || row.markedBy === personId ? row.notes : null;
  return {
    id: row.id,
    role,
    other: role === "tutor" ? { role: "student", id: row.studentId } : { role: "tutor", id: row.tutorId },
    title: row.title,
    scheduledStart: row.scheduledStart,
    scheduledEnd: row.scheduledEnd,
    timeZone: row.timeZone,
    status: row.status,
    createdAt: row.createdAt,
    scheduledBy: row.scheduledBy,
    introduced: row.introduced,
    endedAt: row.endedAt,
    endedBy: row.endedBy,
    attendance: {
      // Undecided, the column holds the default, which says nothing about the person.
      status: row[`${role}Authority`] === null ? null : row[`${role}Status`],
      authority: row[`${role}Authority`],
      source: row.source,
      markedBy: row.markedBy,
      markedAt: row.markedAt,
      version: row.attendanceVersion,
      notes,
    },
    room: row.whiteboardSession && whiteboardOf(row.whiteboardSession, role, personId),
  };
}

function whiteboardOf(whiteboard: WhiteboardSession, role: Role, personId: number) {
  return {
    id: whiteboard.id,
    openedAt: whiteboard.openedAt,
    closedAt: whiteboard.closedAt,
    connectedAt: whiteboard[`${role}ConnectedAt`],
    disconnectedAt: whiteboard[`${role}DisconnectedAt`],
    lastActivityAt: whiteboard[`${role}LastActivityAt`],
    totalActiveSeconds: whiteboard[`${role}TotalActiveSeconds`],
    evidenceRemovedAt: whiteboard.evidenceRemovedAt,
    trackedFrom: whiteboard.trackedFrom,
    log: (whiteboard.connectionLogs as unknown as LogEntry[]).filter((entry) => entry.user_id === personId),
  };
}

export function connectionOf(row: Connection & { spans: ConnectionSpan[]; events: ConnectionEvent[] }) {
  return {
    id: row.id,
    whiteboardSessionId: row.whiteboardSessionId,
    role: row.role,
    evidence: row.evidence,
    socketId: row.socketId,
    releasedAt: row.releasedAt,
    spans: row.spans.map(({ seq, active, changes, startedAt, lastSeenAt, endedAt, endReason }) => {
      const changedAt = changes.map((offset) => new Date(startedAt.getTime() + offset));
      return { seq, active, changedAt, startedAt, lastSeenAt, endedAt, endReason };
    }),
    events: row.events.map(({ at, kind, activity, reportedBy, reportedAt }) => {
      return { at, kind, activity, reportedBy, reportedAt };
    }),
  };
}

/** A mark in a session of the person, whoever made it. */
export function markAbout(row: MarkWithNotes & { readonly session: Pick<Session, "tutorId"> }, personId: number) {
  const role = roleIn(row.session, personId);
  const suggestion = row.suggestion as unknown as Suggestion | null;
  return {
    id: row.id,
    sessionId: row.sessionId,
    at: row.at,
    actorId: row.actorId,
    actorRole: row.actorRole,
    source: row.source,
    statusBefore: row[`${role}StatusBefore`],
    statusAfter: row[`${role}StatusAfter`],
    kept: row.keptStatusOf === role,
    suggestion: suggestion && { ...suggestion[role], isFinal: suggestion.isFinal },
    notes: row.actorId === personId || isAbout(row, role) ? (row.notes?.notes ?? null) : null,
  };
}

/** A mark that the person made, in whosever session: what they decided. */
export function markBy(row: MarkWithNotes) {
  const { suggestion: _, notes, ...mark } = row;
  return { ...mark, notes: notes?.notes ?? null };
}

/**
 * Whether a mark's words are about that participant: a parent's are about their child, an accepted suggestion's about
 * those whose status it did not keep, those that changed neither status about both, and all others about those whose
 * status they came with a change of.
 */
function isAbout(mark: AttendanceMark, role: Role): boolean {
  if (mark.source === "parent_reported") return role === "student";
  const tutor = mark.tutorStatusBefore !== mark.tutorStatusAfter;
  const student = mark.studentStatusBefore !== mark.studentStatusAfter;
  if (mark.source === "whiteboard_auto") return mark.keptStatusOf !== role;
  if (tutor === student) return true;
  return role === "tutor" ? tutor : student;
}

function roleIn(session: Pick<Session, "tutorId">, personId: number): Role {
  return session.tutorId === personId ? "tutor" : "student";
}
