/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What a participant is doing. */
export type Activity =
  /** Draws. Counts as active. */
  | 'DRAW'
  /** Erases. Counts as active. */
  | 'ERASE'
  /** Is there. Counts as active, and resumes active time after IDLE. */
  | 'HEARTBEAT'
  /** Is there but does nothing, or the tab is hidden: stays connected, and active time stops. */
  | 'IDLE'
  /** Types. Counts as active. */
  | 'TYPE';

/** Where an attendance comes from. */
export type AttendanceSource =
  /** An admin decided. */
  | 'ADMIN_OVERRIDE'
  /** The tutor decided, or somebody before this system kept who. */
  | 'MANUAL'
  /** A parent of the student decided. */
  | 'PARENT_REPORTED'
  /** Nobody decided: the statuses are the defaults. */
  | 'SYSTEM_DEFAULT'
  /** The suggestion was accepted. */
  | 'WHITEBOARD_AUTO';

/** Whether a participant attended. */
export type AttendanceStatus =
  /** Did not attend. */
  | 'ABSENT'
  /** Did not have to attend. Only people set it, and rates leave it out of the denominator. */
  | 'EXCUSED'
  /** Attended, but came late. */
  | 'LATE'
  /** Attended, and came in time. */
  | 'PRESENT';

/** How clear the evidence is. */
export type Confidence =
  /** Clear: it may be accepted as it is. */
  | 'HIGH'
  /** Unclear: look at the metrics and decide yourself. */
  | 'LOW'
  /** Likely: look at it before you accept it. */
  | 'MEDIUM';

/** Which connection to open. */
export type ConnectInput = {
  /** A UUID of the caller's choice makes a retry safe. */
  readonly connectionId?: string | number | null | undefined;
  /** Role service only: the participant on whose behalf. */
  readonly userId?: string | number | null | undefined;
  /** The whiteboard session. */
  readonly whiteboardSessionId: string | number;
};

/** One event of one connection, as a back end saw it. */
export type ConnectionEventInput = {
  /** From this event on; HEARTBEAT unless given. Ignored for DISCONNECT. */
  readonly activity?: Activity | null | undefined;
  /** When it happened; at most 2 s in the future. */
  readonly at: string;
  /** A UUID; one that a live connection has is CONFLICT. */
  readonly connectionId: string | number;
  /** What happened. */
  readonly kind: ConnectionEventKind;
  /** The tutor or the student. */
  readonly userId: string | number;
};

/** What a back end saw a connection do. */
export type ConnectionEventKind =
  /** It opened. */
  | 'CONNECT'
  /** It closed. */
  | 'DISCONNECT'
  /** It proved that it lives. */
  | 'HEARTBEAT';

/** Why a span ended. */
export type EndReason =
  /** The participant came back from idle; the connection goes on in the next span. */
  | 'ACTIVE'
  /** The client left. */
  | 'DISCONNECTED'
  /** The participant went idle; the connection goes on in the next span. */
  | 'IDLE'
  /** The servers were away; the connection goes on in the next span. */
  | 'OUTAGE'
  /** The session ended or was cancelled. */
  | 'SESSION_ENDED'
  /** The WebSocket that the connection was bound to closed. */
  | 'SOCKET_CLOSED'
  /** No proof of life for more than a lease. */
  | 'TIMED_OUT';

/** What the silence of a reported connection means. */
export type Evidence =
  /** The source knows only join and leave: open until its DISCONNECT or the session's end. */
  | 'INTERVALS'
  /** Silence for more than a lease ends the connection at its last event. */
  | 'LEASED';

/** A decision about attendance: useSuggestion, or one or two statuses. */
export type MarkAttendanceInput = {
  /** The version last seen: when another mark came first, CONFLICT. */
  readonly expectedVersion?: number | null | undefined;
  /** At most 2,000 characters. Left out: your own notes stay, another person's go. Empty: none. */
  readonly notes?: string | null | undefined;
  /** With useSuggestion: replace what a person decided as well, where the caller may change it. */
  readonly replaceDecisions?: boolean | null | undefined;
  /** The session to mark. */
  readonly sessionId: string | number;
  /** Left out: the student's status stays. */
  readonly studentStatus?: AttendanceStatus | null | undefined;
  /** Left out: the tutor's status stays. Tutor or admin only. */
  readonly tutorStatus?: AttendanceStatus | null | undefined;
  /** Accept the suggestion for each participant whose status nobody decided yet; not together with statuses. CONFLICT when both are decided. */
  readonly useSuggestion?: boolean | null | undefined;
};

/** The two people of a session. */
export type ParticipantRole =
  /** The person who is taught. */
  | 'STUDENT'
  /** The person who teaches. */
  | 'TUTOR';

/** What changed last. */
export type PresenceEvent =
  /** A participant became active or idle. */
  | 'ACTIVITY'
  /** A connection opened. */
  | 'CONNECTED'
  /** A connection closed. */
  | 'DISCONNECTED'
  /** The session ended or was cancelled, and its connections with it. */
  | 'SESSION_ENDED'
  /** Nothing: it is the state as it is now. */
  | 'SNAPSHOT'
  /** A connection gave no proof of life for more than a lease. */
  | 'TIMED_OUT';

/** A session to schedule. */
export type ScheduleSessionInput = {
  /** At most 24 hours after the start. */
  readonly scheduledEnd: string;
  /** In the years 2000 to 2100. */
  readonly scheduledStart: string;
  /** The person who is taught. */
  readonly studentId: string | number;
  /** IANA name, such as Europe/Berlin; UTC unless given. */
  readonly timeZone?: string | null | undefined;
  /** At most 200 characters; empty or white space alone is none. */
  readonly title?: string | null | undefined;
  /** The person who teaches; another one than the student. */
  readonly tutorId: string | number;
};

/** Which sessions: those that fit all that is given. */
export type SessionFilter = {
  /** Scheduled to start then or later. */
  readonly from?: string | null | undefined;
  /** True: both statuses were decided. False: at least one was not. */
  readonly marked?: boolean | null | undefined;
  /** In this status. */
  readonly status?: SessionStatus | null | undefined;
  /** Of this student. */
  readonly studentId?: string | number | null | undefined;
  /** Scheduled to start before. */
  readonly to?: string | null | undefined;
  /** Of this tutor. */
  readonly tutorId?: string | number | null | undefined;
};

/** How far a session has come. */
export type SessionStatus =
  /** It was cancelled: it takes no connections and no marks. */
  | 'CANCELLED'
  /** It was ended, or completed by itself once nobody was connected. */
  | 'COMPLETED'
  /** Somebody has connected, and it was not ended. */
  | 'IN_PROGRESS'
  /** Nobody has connected yet. */
  | 'SCHEDULED';

/** A person to create or to update. */
export type UpsertUserInput = {
  /** Left out: a free one is taken. */
  readonly id?: string | number | null | undefined;
  /** 1 to 200 characters. */
  readonly name: string;
  /** The person's parents. Left out: unchanged. Empty: none. */
  readonly parentIds?: ReadonlyArray<string | number> | null | undefined;
};

export type ParticipantFieldsFragment = { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } };

export type PresenceFieldsFragment = { readonly whiteboardSessionId: string, readonly version: number, readonly event: PresenceEvent, readonly connectionId: string | null, readonly tutor: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } }, readonly student: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } } };

export type ConnectionFieldsFragment = { readonly id: string, readonly role: ParticipantRole, readonly open: boolean, readonly lastActivityAt: string, readonly heartbeatSeconds: number };

export type AttendanceFieldsFragment = { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null };

export type SessionFieldsFragment = { readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } };

export type ParticipantSuggestionFieldsFragment = { readonly role: ParticipantRole, readonly status: AttendanceStatus, readonly confidence: Confidence, readonly rule: string, readonly reasons: ReadonlyArray<string>, readonly metrics: { readonly connected: boolean, readonly latenessMinutes: number | null, readonly engagementPercentage: number, readonly activeMinutes: number, readonly sessionMinutes: number, readonly leftEarly: boolean, readonly earlyDepartureMinutes: number } };

export type SuggestionFieldsFragment = { readonly sessionId: string, readonly hasWhiteboard: boolean, readonly isFinal: boolean, readonly recommendation: string, readonly policyVersion: string, readonly tutor: { readonly role: ParticipantRole, readonly status: AttendanceStatus, readonly confidence: Confidence, readonly rule: string, readonly reasons: ReadonlyArray<string>, readonly metrics: { readonly connected: boolean, readonly latenessMinutes: number | null, readonly engagementPercentage: number, readonly activeMinutes: number, readonly sessionMinutes: number, readonly leftEarly: boolean, readonly earlyDepartureMinutes: number } }, readonly student: { readonly role: ParticipantRole, readonly status: AttendanceStatus, readonly confidence: Confidence, readonly rule: string, readonly reasons: ReadonlyArray<string>, readonly metrics: { readonly connected: boolean, readonly latenessMinutes: number | null, readonly engagementPercentage: number, readonly activeMinutes: number, readonly sessionMinutes: number, readonly leftEarly: boolean, readonly earlyDepartureMinutes: number } } };

export type MarkFieldsFragment = { readonly id: string, readonly at: string, readonly source: AttendanceSource, readonly tutorStatusBefore: AttendanceStatus, readonly tutorStatusAfter: AttendanceStatus, readonly studentStatusBefore: AttendanceStatus, readonly studentStatusAfter: AttendanceStatus, readonly notes: string | null, readonly overrodeOwnSuggestion: boolean, readonly actor: { readonly id: string, readonly name: string } | null };

export type ScheduleSessionMutationVariables = Exact<{
  input: ScheduleSessionInput;
}>;


export type ScheduleSessionMutation = { readonly scheduleSession: { readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } } };

export type OpenWhiteboardMutationVariables = Exact<{
  sessionId: string | number;
}>;


export type OpenWhiteboardMutation = { readonly openWhiteboard: { readonly id: string, readonly openedAt: string, readonly closedAt: string | null } };

export type ConnectMutationVariables = Exact<{
  input: ConnectInput;
}>;


export type ConnectMutation = { readonly connect: { readonly id: string, readonly role: ParticipantRole, readonly open: boolean, readonly lastActivityAt: string, readonly heartbeatSeconds: number } };

export type HeartbeatMutationVariables = Exact<{
  connectionId: string | number;
  activity?: Activity | null | undefined;
}>;


export type HeartbeatMutation = { readonly heartbeat: { readonly id: string, readonly role: ParticipantRole, readonly open: boolean, readonly lastActivityAt: string, readonly heartbeatSeconds: number } };

export type DisconnectMutationVariables = Exact<{
  connectionId: string | number;
}>;


export type DisconnectMutation = { readonly disconnect: { readonly id: string, readonly role: ParticipantRole, readonly open: boolean, readonly lastActivityAt: string, readonly heartbeatSeconds: number } };

export type EndSessionMutationVariables = Exact<{
  sessionId: string | number;
}>;


export type EndSessionMutation = { readonly endSession: { readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } } };

export type AttendanceSuggestionQueryVariables = Exact<{
  sessionId: string | number;
}>;


export type AttendanceSuggestionQuery = { readonly attendanceSuggestion: { readonly sessionId: string, readonly hasWhiteboard: boolean, readonly isFinal: boolean, readonly recommendation: string, readonly policyVersion: string, readonly tutor: { readonly role: ParticipantRole, readonly status: AttendanceStatus, readonly confidence: Confidence, readonly rule: string, readonly reasons: ReadonlyArray<string>, readonly metrics: { readonly connected: boolean, readonly latenessMinutes: number | null, readonly engagementPercentage: number, readonly activeMinutes: number, readonly sessionMinutes: number, readonly leftEarly: boolean, readonly earlyDepartureMinutes: number } }, readonly student: { readonly role: ParticipantRole, readonly status: AttendanceStatus, readonly confidence: Confidence, readonly rule: string, readonly reasons: ReadonlyArray<string>, readonly metrics: { readonly connected: boolean, readonly latenessMinutes: number | null, readonly engagementPercentage: number, readonly activeMinutes: number, readonly sessionMinutes: number, readonly leftEarly: boolean, readonly earlyDepartureMinutes: number } } } };

export type MarkAttendanceMutationVariables = Exact<{
  input: MarkAttendanceInput;
}>;


export type MarkAttendanceMutation = { readonly markAttendance: { readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { readonly me: { readonly id: string, readonly name: string } | null };

export type SessionQueryVariables = Exact<{
  id: string | number;
  marksFirst?: number | null | undefined;
  marksAfter?: string | null | undefined;
}>;


export type SessionQuery = { readonly session: { readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly whiteboardSession: { readonly id: string, readonly evidenceRemovedAt: string | null } | null, readonly attendanceHistory: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly at: string, readonly source: AttendanceSource, readonly tutorStatusBefore: AttendanceStatus, readonly tutorStatusAfter: AttendanceStatus, readonly studentStatusBefore: AttendanceStatus, readonly studentStatusAfter: AttendanceStatus, readonly notes: string | null, readonly overrodeOwnSuggestion: boolean, readonly actor: { readonly id: string, readonly name: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } } | null };

export type SessionsQueryVariables = Exact<{
  filter?: SessionFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SessionsQuery = { readonly sessions: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type WhiteboardSessionQueryVariables = Exact<{
  id: string | number;
}>;


export type WhiteboardSessionQuery = { readonly whiteboardSession: { readonly id: string, readonly openedAt: string, readonly closedAt: string | null, readonly evidenceRemovedAt: string | null, readonly session: { readonly id: string }, readonly presence: { readonly whiteboardSessionId: string, readonly version: number, readonly event: PresenceEvent, readonly connectionId: string | null, readonly tutor: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } }, readonly student: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } } }, readonly spans: ReadonlyArray<{ readonly connectionId: string, readonly role: ParticipantRole, readonly active: boolean, readonly startedAt: string, readonly lastSeenAt: string, readonly endedAt: string | null, readonly endReason: EndReason | null }> } | null };

export type ConnectionStatusQueryVariables = Exact<{
  whiteboardSessionId: string | number;
}>;


export type ConnectionStatusQuery = { readonly connectionStatus: { readonly whiteboardSessionId: string, readonly version: number, readonly event: PresenceEvent, readonly connectionId: string | null, readonly tutor: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } }, readonly student: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } } } };

export type UpsertUserMutationVariables = Exact<{
  input: UpsertUserInput;
}>;


export type UpsertUserMutation = { readonly upsertUser: { readonly id: string, readonly name: string } };

export type CancelSessionMutationVariables = Exact<{
  sessionId: string | number;
}>;


export type CancelSessionMutation = { readonly cancelSession: { readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } } };

export type RecordConnectionEventsMutationVariables = Exact<{
  whiteboardSessionId: string | number;
  events: ReadonlyArray<ConnectionEventInput> | ConnectionEventInput;
  evidence?: Evidence | null | undefined;
}>;


export type RecordConnectionEventsMutation = { readonly recordConnectionEvents: { readonly whiteboardSessionId: string, readonly version: number, readonly event: PresenceEvent, readonly connectionId: string | null, readonly tutor: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } }, readonly student: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } } } };

export type PresenceSubscriptionVariables = Exact<{
  whiteboardSessionId: string | number;
}>;


export type PresenceSubscription = { readonly presence: { readonly whiteboardSessionId: string, readonly version: number, readonly event: PresenceEvent, readonly connectionId: string | null, readonly tutor: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } }, readonly student: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } } } };

export type SessionChangesSubscriptionVariables = Exact<{
  filter?: SessionFilter | null | undefined;
}>;


export type SessionChangesSubscription = { readonly sessionChanges: ReadonlyArray<{ readonly id: string, readonly title: string | null, readonly status: SessionStatus, readonly scheduledStart: string, readonly scheduledEnd: string, readonly timeZone: string, readonly endedAt: string | null, readonly whiteboardSession: { readonly id: string, readonly presence: { readonly whiteboardSessionId: string, readonly version: number, readonly event: PresenceEvent, readonly connectionId: string | null, readonly tutor: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } }, readonly student: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } } } } | null, readonly tutor: { readonly id: string, readonly name: string }, readonly student: { readonly id: string, readonly name: string }, readonly attendance: { readonly tutorStatus: AttendanceStatus, readonly studentStatus: AttendanceStatus, readonly source: AttendanceSource, readonly marked: boolean, readonly tutorMarked: boolean, readonly studentMarked: boolean, readonly markedAt: string | null, readonly notes: string | null, readonly keptStatusOf: ParticipantRole | null, readonly version: number, readonly markedBy: { readonly id: string, readonly name: string } | null } }> };

export type AttendSubscriptionVariables = Exact<{
  whiteboardSessionId: string | number;
  connectionId?: string | number | null | undefined;
}>;


export type AttendSubscription = { readonly attend: { readonly whiteboardSessionId: string, readonly version: number, readonly event: PresenceEvent, readonly connectionId: string | null, readonly tutor: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } }, readonly student: { readonly role: ParticipantRole, readonly connected: boolean, readonly active: boolean, readonly connectedAt: string | null, readonly disconnectedAt: string | null, readonly lastActivityAt: string | null, readonly totalActiveSeconds: number, readonly openConnections: number, readonly user: { readonly id: string, readonly name: string } } } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ParticipantFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}
    `, {"fragmentName":"ParticipantFields"}) as unknown as TypedDocumentString<ParticipantFieldsFragment, unknown>;
export const PresenceFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment PresenceFields on Presence {
  whiteboardSessionId
  version
  event
  connectionId
  tutor {
    ...ParticipantFields
  }
  student {
    ...ParticipantFields
  }
}
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}`, {"fragmentName":"PresenceFields"}) as unknown as TypedDocumentString<PresenceFieldsFragment, unknown>;
export const ConnectionFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ConnectionFields on Connection {
  id
  role
  open
  lastActivityAt
  heartbeatSeconds
}
    `, {"fragmentName":"ConnectionFields"}) as unknown as TypedDocumentString<ConnectionFieldsFragment, unknown>;
export const AttendanceFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
    `, {"fragmentName":"AttendanceFields"}) as unknown as TypedDocumentString<AttendanceFieldsFragment, unknown>;
export const SessionFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}`, {"fragmentName":"SessionFields"}) as unknown as TypedDocumentString<SessionFieldsFragment, unknown>;
export const ParticipantSuggestionFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ParticipantSuggestionFields on ParticipantSuggestion {
  role
  status
  confidence
  rule
  reasons
  metrics {
    connected
    latenessMinutes
    engagementPercentage
    activeMinutes
    sessionMinutes
    leftEarly
    earlyDepartureMinutes
  }
}
    `, {"fragmentName":"ParticipantSuggestionFields"}) as unknown as TypedDocumentString<ParticipantSuggestionFieldsFragment, unknown>;
export const SuggestionFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment SuggestionFields on AttendanceSuggestion {
  sessionId
  hasWhiteboard
  isFinal
  recommendation
  policyVersion
  tutor {
    ...ParticipantSuggestionFields
  }
  student {
    ...ParticipantSuggestionFields
  }
}
    fragment ParticipantSuggestionFields on ParticipantSuggestion {
  role
  status
  confidence
  rule
  reasons
  metrics {
    connected
    latenessMinutes
    engagementPercentage
    activeMinutes
    sessionMinutes
    leftEarly
    earlyDepartureMinutes
  }
}`, {"fragmentName":"SuggestionFields"}) as unknown as TypedDocumentString<SuggestionFieldsFragment, unknown>;
export const MarkFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MarkFields on AttendanceMark {
  id
  at
  actor {
    id
    name
  }
  source
  tutorStatusBefore
  tutorStatusAfter
  studentStatusBefore
  studentStatusAfter
  notes
  overrodeOwnSuggestion
}
    `, {"fragmentName":"MarkFields"}) as unknown as TypedDocumentString<MarkFieldsFragment, unknown>;
export const ScheduleSessionDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ScheduleSession($input: ScheduleSessionInput!) {
  scheduleSession(input: $input) {
    ...SessionFields
  }
}
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}`) as unknown as TypedDocumentString<ScheduleSessionMutation, ScheduleSessionMutationVariables>;
export const OpenWhiteboardDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation OpenWhiteboard($sessionId: ID!) {
  openWhiteboard(sessionId: $sessionId) {
    id
    openedAt
    closedAt
  }
}
    `) as unknown as TypedDocumentString<OpenWhiteboardMutation, OpenWhiteboardMutationVariables>;
export const ConnectDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation Connect($input: ConnectInput!) {
  connect(input: $input) {
    ...ConnectionFields
  }
}
    fragment ConnectionFields on Connection {
  id
  role
  open
  lastActivityAt
  heartbeatSeconds
}`) as unknown as TypedDocumentString<ConnectMutation, ConnectMutationVariables>;
export const HeartbeatDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation Heartbeat($connectionId: ID!, $activity: Activity) {
  heartbeat(connectionId: $connectionId, activity: $activity) {
    ...ConnectionFields
  }
}
    fragment ConnectionFields on Connection {
  id
  role
  open
  lastActivityAt
  heartbeatSeconds
}`) as unknown as TypedDocumentString<HeartbeatMutation, HeartbeatMutationVariables>;
export const DisconnectDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation Disconnect($connectionId: ID!) {
  disconnect(connectionId: $connectionId) {
    ...ConnectionFields
  }
}
    fragment ConnectionFields on Connection {
  id
  role
  open
  lastActivityAt
  heartbeatSeconds
}`) as unknown as TypedDocumentString<DisconnectMutation, DisconnectMutationVariables>;
export const EndSessionDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation EndSession($sessionId: ID!) {
  endSession(sessionId: $sessionId) {
    ...SessionFields
  }
}
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}`) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const AttendanceSuggestionDocument = /*#__PURE__*/ new TypedDocumentString(`
    query AttendanceSuggestion($sessionId: ID!) {
  attendanceSuggestion(sessionId: $sessionId) {
    ...SuggestionFields
  }
}
    fragment ParticipantSuggestionFields on ParticipantSuggestion {
  role
  status
  confidence
  rule
  reasons
  metrics {
    connected
    latenessMinutes
    engagementPercentage
    activeMinutes
    sessionMinutes
    leftEarly
    earlyDepartureMinutes
  }
}
fragment SuggestionFields on AttendanceSuggestion {
  sessionId
  hasWhiteboard
  isFinal
  recommendation
  policyVersion
  tutor {
    ...ParticipantSuggestionFields
  }
  student {
    ...ParticipantSuggestionFields
  }
}`) as unknown as TypedDocumentString<AttendanceSuggestionQuery, AttendanceSuggestionQueryVariables>;
export const MarkAttendanceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation MarkAttendance($input: MarkAttendanceInput!) {
  markAttendance(input: $input) {
    ...SessionFields
  }
}
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}`) as unknown as TypedDocumentString<MarkAttendanceMutation, MarkAttendanceMutationVariables>;
export const MeDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Me {
  me {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const SessionDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Session($id: ID!, $marksFirst: Int, $marksAfter: String) {
  session(id: $id) {
    ...SessionFields
    whiteboardSession {
      id
      evidenceRemovedAt
    }
    attendanceHistory(first: $marksFirst, after: $marksAfter) {
      nodes {
        ...MarkFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
}
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}
fragment MarkFields on AttendanceMark {
  id
  at
  actor {
    id
    name
  }
  source
  tutorStatusBefore
  tutorStatusAfter
  studentStatusBefore
  studentStatusAfter
  notes
  overrodeOwnSuggestion
}`) as unknown as TypedDocumentString<SessionQuery, SessionQueryVariables>;
export const SessionsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Sessions($filter: SessionFilter, $first: Int, $after: String) {
  sessions(filter: $filter, first: $first, after: $after) {
    nodes {
      ...SessionFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}`) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const WhiteboardSessionDocument = /*#__PURE__*/ new TypedDocumentString(`
    query WhiteboardSession($id: ID!) {
  whiteboardSession(id: $id) {
    id
    openedAt
    closedAt
    evidenceRemovedAt
    session {
      id
    }
    presence {
      ...PresenceFields
    }
    spans {
      connectionId
      role
      active
      startedAt
      lastSeenAt
      endedAt
      endReason
    }
  }
}
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}
fragment PresenceFields on Presence {
  whiteboardSessionId
  version
  event
  connectionId
  tutor {
    ...ParticipantFields
  }
  student {
    ...ParticipantFields
  }
}`) as unknown as TypedDocumentString<WhiteboardSessionQuery, WhiteboardSessionQueryVariables>;
export const ConnectionStatusDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ConnectionStatus($whiteboardSessionId: ID!) {
  connectionStatus(whiteboardSessionId: $whiteboardSessionId) {
    ...PresenceFields
  }
}
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}
fragment PresenceFields on Presence {
  whiteboardSessionId
  version
  event
  connectionId
  tutor {
    ...ParticipantFields
  }
  student {
    ...ParticipantFields
  }
}`) as unknown as TypedDocumentString<ConnectionStatusQuery, ConnectionStatusQueryVariables>;
export const UpsertUserDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UpsertUser($input: UpsertUserInput!) {
  upsertUser(input: $input) {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<UpsertUserMutation, UpsertUserMutationVariables>;
export const CancelSessionDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CancelSession($sessionId: ID!) {
  cancelSession(sessionId: $sessionId) {
    ...SessionFields
  }
}
    fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}`) as unknown as TypedDocumentString<CancelSessionMutation, CancelSessionMutationVariables>;
export const RecordConnectionEventsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RecordConnectionEvents($whiteboardSessionId: ID!, $events: [ConnectionEventInput!]!, $evidence: Evidence = LEASED) {
  recordConnectionEvents(
    whiteboardSessionId: $whiteboardSessionId
    events: $events
    evidence: $evidence
  ) {
    ...PresenceFields
  }
}
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}
fragment PresenceFields on Presence {
  whiteboardSessionId
  version
  event
  connectionId
  tutor {
    ...ParticipantFields
  }
  student {
    ...ParticipantFields
  }
}`) as unknown as TypedDocumentString<RecordConnectionEventsMutation, RecordConnectionEventsMutationVariables>;
export const PresenceDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription Presence($whiteboardSessionId: ID!) {
  presence(whiteboardSessionId: $whiteboardSessionId) {
    ...PresenceFields
  }
}
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}
fragment PresenceFields on Presence {
  whiteboardSessionId
  version
  event
  connectionId
  tutor {
    ...ParticipantFields
  }
  student {
    ...ParticipantFields
  }
}`) as unknown as TypedDocumentString<PresenceSubscription, PresenceSubscriptionVariables>;
export const SessionChangesDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription SessionChanges($filter: SessionFilter) {
  sessionChanges(filter: $filter) {
    ...SessionFields
    whiteboardSession {
      id
      presence {
        ...PresenceFields
      }
    }
  }
}
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}
fragment PresenceFields on Presence {
  whiteboardSessionId
  version
  event
  connectionId
  tutor {
    ...ParticipantFields
  }
  student {
    ...ParticipantFields
  }
}
fragment AttendanceFields on Attendance {
  tutorStatus
  studentStatus
  source
  marked
  tutorMarked
  studentMarked
  markedBy {
    id
    name
  }
  markedAt
  notes
  keptStatusOf
  version
}
fragment SessionFields on Session {
  id
  title
  status
  scheduledStart
  scheduledEnd
  timeZone
  endedAt
  tutor {
    id
    name
  }
  student {
    id
    name
  }
  attendance {
    ...AttendanceFields
  }
}`) as unknown as TypedDocumentString<SessionChangesSubscription, SessionChangesSubscriptionVariables>;
export const AttendDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription Attend($whiteboardSessionId: ID!, $connectionId: ID) {
  attend(whiteboardSessionId: $whiteboardSessionId, connectionId: $connectionId) {
    ...PresenceFields
  }
}
    fragment ParticipantFields on ParticipantPresence {
  role
  user {
    id
    name
  }
  connected
  active
  connectedAt
  disconnectedAt
  lastActivityAt
  totalActiveSeconds
  openConnections
}
fragment PresenceFields on Presence {
  whiteboardSessionId
  version
  event
  connectionId
  tutor {
    ...ParticipantFields
  }
  student {
    ...ParticipantFields
  }
}`) as unknown as TypedDocumentString<AttendSubscription, AttendSubscriptionVariables>;