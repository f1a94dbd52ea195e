import { builder } from "./builder.ts";

const described = <const V extends string>(name: string, description: string, values: readonly V[]) =>
  builder.enumType(name, { description, values });

export const ParticipantRole = described("ParticipantRole", "The two people of a session.", ["TUTOR", "STUDENT"]);

export const AttendanceStatus = described(
  "AttendanceStatus",
  "EXCUSED is set by people only, and rates leave it out of the denominator.",
  ["PRESENT", "LATE", "ABSENT", "EXCUSED"],
);

export const AttendanceSource = described("AttendanceSource", "Where an attendance comes from.", [
  "SYSTEM_DEFAULT",
  "WHITEBOARD_AUTO",
  "MANUAL",
  "PARENT_REPORTED",
  "ADMIN_OVERRIDE",
]);

export const Confidence = described("Confidence", "How clear the evidence is.", ["HIGH", "MEDIUM", "LOW"]);

export const SessionStatus = described(
  "SessionStatus",
  "SCHEDULED until the first connection, then IN_PROGRESS; COMPLETED when it is ended, or by itself.",
  ["SCHEDULED", "IN_PROGRESS", "COMPLETED", "CANCELLED"],
);

export const Activity = described(
  "Activity",
  "What a participant is doing. IDLE keeps them connected and stops active time; any other resumes it.",
  ["HEARTBEAT", "DRAW", "TYPE", "ERASE", "IDLE"],
);

export const PresenceEvent = described("PresenceEvent", "What a presence tells about.", [
  "SNAPSHOT",
  "CONNECTED",
  "DISCONNECTED",
  "TIMED_OUT",
  "ACTIVITY",
  "SESSION_ENDED",
]);

export const EndReason = builder.enumType("EndReason", {
  description: "Why a span ended.",
  values: {
    DISCONNECTED: { description: "The client left." },
    SOCKET_CLOSED: { description: "The WebSocket that the connection was bound to closed." },
    TIMED_OUT: { description: "No proof of life for more than a lease." },
    SESSION_ENDED: { description: "The session ended or was cancelled." },
    OUTAGE: { description: "The servers were away; the connection goes on in the next span." },
    IDLE: { description: "The participant went idle; the connection goes on in the next span." },
    ACTIVE: { description: "The participant came back from idle; the connection goes on in the next span." },
  } as const,
});

export const ConnectionEventKind = described("ConnectionEventKind", "What a back end saw a connection do.", [
  "CONNECT",
  "HEARTBEAT",
  "DISCONNECT",
]);

export const EvidenceKind = builder.enumType("Evidence", {
  description: "What the silence of a reported connection means.",
  values: {
    LEASED: { description: "Silence for more than a lease ends the connection at its last event." },
    INTERVALS: { description: "The source knows only join and leave: open until its DISCONNECT or the session's end." },
  } as const,
});
