import * as rollcall from "../../../src/client/results.ts";
import type { TypedDocumentString } from "../../../src/client/generated/graphql.ts";

export type Who = "tutor" | "student" | "admin" | "service";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
export type Answers = Record<string, any>;

export interface Step {
  readonly as: Who;
  /** The root field. */
  readonly field: string;
  /** As `rollcall/client` asks it. */
  readonly document: TypedDocumentString<unknown, object>;
  /** From the answers so far, by root field. */
  readonly variables: (known: Answers) => object;
}

function step<T, V extends object>(
  as: Who,
  field: string,
  document: TypedDocumentString<T, V>,
  variables: (known: Answers) => V,
): Step {
  return { as, field, document: document as TypedDocumentString<unknown, object>, variables };
}

const session = (known: Answers) => ({ sessionId: known.scheduleSession.id as string });
const whiteboard = (known: Answers) => ({ whiteboardSessionId: known.openWhiteboard.id as string });
const connection = (known: Answers) => ({ connectionId: known.connect.id as string });

/** A lesson from 16:00 to 17:00 of the test's day, and another that is cancelled: every root field once at least. */
export function lessonOf(day: string): Step[] {
  const time = (text: string) => `${day}T${text}:00Z`;
  const input = { tutorId: 1, studentId: 2, scheduledStart: time("16:00"), scheduledEnd: time("17:00") };
  const reported = { connectionId: crypto.randomUUID(), userId: 1 };
  return [
    step("tutor", "me", rollcall.Me, () => ({})),
    step("admin", "upsertUser", rollcall.UpsertUser, () => ({ input: { name: "Uma" } })),
    step("admin", "scheduleSession", rollcall.ScheduleSession, () => ({ input })),
    step("tutor", "cancelSession", rollcall.CancelSession, session),
    step("admin", "scheduleSession", rollcall.ScheduleSession, () => ({ input })),
    step("tutor", "openWhiteboard", rollcall.OpenWhiteboard, session),
    step("student", "connect", rollcall.Connect, (known) => ({ input: whiteboard(known) })),
    step("student", "heartbeat", rollcall.Heartbeat, (known) => ({ ...connection(known), activity: "DRAW" as const })),
    step("tutor", "connectionStatus", rollcall.ConnectionStatus, whiteboard),
    step("tutor", "presence", rollcall.Presence, whiteboard),
    step("tutor", "attend", rollcall.Attend, whiteboard),
    step("tutor", "sessionChanges", rollcall.SessionChanges, () => ({})),
    step("student", "disconnect", rollcall.Disconnect, connection),
    step("service", "recordConnectionEvents", rollcall.RecordConnectionEvents, (known) => ({
      ...whiteboard(known),
      events: [
        { ...reported, kind: "CONNECT" as const, at: time("16:01") },
        { ...reported, kind: "DISCONNECT" as const, at: time("16:09") },
      ],
      evidence: "INTERVALS" as const,
    })),
    step("tutor", "whiteboardSession", rollcall.WhiteboardSession, (known) => ({
      id: known.openWhiteboard.id as string,
    })),
    step("tutor", "endSession", rollcall.EndSession, session),
    step("tutor", "attendanceSuggestion", rollcall.AttendanceSuggestion, session),
    step("tutor", "markAttendance", rollcall.MarkAttendance, (known) => ({
      input: { ...session(known), useSuggestion: true },
    })),
    step("tutor", "session", rollcall.Session, (known) => ({ id: session(known).sessionId })),
    step("tutor", "sessions", rollcall.Sessions, () => ({})),
  ];
}
