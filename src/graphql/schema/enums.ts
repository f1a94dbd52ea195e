import { builder } from "./builder.ts";

/** An enum whose every value says what it means. */
const described = <const V extends string>(name: string, description: string, values: Readonly<Record<V, string>>) => {
  const entries = Object.entries<string>(values).map(([value, meaning]) => [value, { description: meaning }]);
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(entries) as Record<V, { description: string }>,
  });
};

export const ParticipantRole = described("ParticipantRole", "The two people of a session.", {
  TUTOR: "The person who teaches.",
  STUDENT: "The person who is taught.",
});

export const AttendanceStatus = described("AttendanceStatus", "Whether a participant attended.", {
  PRESENT: "Attended, and came in time.",
  LATE: "Attended, but came late.",
  ABSENT: "Did not attend.",
  EXCUSED: "Did not have to attend. Only people set it, and rates leave it out of the denominator.",
});

export const AttendanceSource = described("AttendanceSource", "Where an attendance comes from.", {
  SYSTEM_DEFAULT: "Nobody decided: the statuses are the defaults.",
  WHITEBOARD_AUTO: "The suggestion was accepted.",
  MANUAL: "The tutor decided, or somebody before this system kept who.",
  PARENT_REPORTED: "A parent of the student decided.",
  ADMIN_OVERRIDE: "An admin decided.",
});

export const Confidence = described("Confidence", "How clear the evidence is.", {
  HIGH: "Clear: it may be accepted as it is.",
  MEDIUM: "Likely: look at it before you accept it.",
  LOW: "Unclear: look at the metrics and decide yourself.",
});

export const SessionStatus = described("SessionStatus", "How far a session has come.", {
  SCHEDULED: "Nobody has connected yet.",
  IN_PROGRESS: "Somebody has connected, and it was not ended.",
  COMPLETED: "It was ended, or completed by itself once nobody was connected.",
  CANCELLED: "It was cancelled: it takes no connections and no marks.",
});

export const Activity = described("Activity", "What a participant is doing.", {
  HEARTBEAT: "Is there. Counts as active, and resumes active time after IDLE.",
  DRAW: "Draws. Counts as active.",
  TYPE: "Types. Counts as active.",
  ERASE: "Erases. Counts as active.",
  IDLE: "Is there but does nothing, or the tab is hidden: stays connected, and active time stops.",
});

export const PresenceEvent = described("PresenceEvent", "What changed last.", {
  SNAPSHOT: "Nothing: it is the state as it is now.",
  CONNECTED: "A connection opened.",
  DISCONNECTED: "A connection closed.",
  TIMED_OUT: "A connection gave no proof of life for more than a lease.",
  ACTIVITY: "A participant became active or idle.",
  SESSION_ENDED: "The session ended or was cancelled, and its connections with it.",
});

export const EndReason = described("EndReason", "Why a span ended.", {
  DISCONNECTED: "The client left.",
  SOCKET_CLOSED: "The WebSocket that the connection was bound to closed.",
  TIMED_OUT: "No proof of life for more than a lease.",
  SESSION_ENDED: "The session ended or was cancelled.",
  OUTAGE: "The servers were away; the connection goes on in the next span.",
  IDLE: "The participant went idle; the connection goes on in the next span.",
  ACTIVE: "The participant came back from idle; the connection goes on in the next span.",
});

export const ConnectionEventKind = described("ConnectionEventKind", "What a back end saw a connection do.", {
  CONNECT: "It opened.",
  HEARTBEAT: "It proved that it lives.",
  DISCONNECT: "It closed.",
});

export const EvidenceKind = described("Evidence", "What the silence of a reported connection means.", {
  LEASED: "Silence for more than a lease ends the connection at its last event.",
  INTERVALS: "The source knows only join and leave: open until its DISCONNECT or the session's end.",
});
