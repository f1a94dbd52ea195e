/** What admin and service are to one lesson, they are to all: theirs have no column of others. */
export const VIEWERS = ["anonymous", "student", "parent", "tutor", "admin", "service"] as const;

/** What an operation names; of a lesson, or of nothing at all. */
export interface Ids {
  readonly session: string;
  readonly whiteboard: string;
  /** The student's, open. */
  readonly connection: string;
  readonly tutor: string;
  readonly student: string;
  /** Whoever asks. */
  readonly me: string;
  /** Of a list of sessions, at that session. */
  readonly cursor: string;
}

/** An operation, and what each of VIEWERS hears of their own lesson and of one that does not exist. */
type Row = readonly [operation: string, own: string, missing: string];

const U = "UNAUTHENTICATED";
const [F, N, B, S, C] = ["FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT", "NO_SUGGESTION", "CONFLICT"];
const NOWHERE = `${U} ${N} ${N} ${N} ${N} ${N}`;
const NULL = `${U} null null null null null`;

const mark = (what: string) =>
  `mutation ($session: ID!) { markAttendance(input: { sessionId: $session, ${what} }) { id } }`;
const schedule = (tutor: string, day: string) =>
  `mutation ($${tutor}: ID!, $student: ID!) { scheduleSession(input: { tutorId: $${tutor}, studentId: $student,
    scheduledStart: "${day}T16:00:00Z", scheduledEnd: "${day}T17:00:00Z" }) { status } }`;

/**
 * Every root field (after it, from " ", which way it is used), on a lesson ten minutes old that the tutor marked; the
 * viewers come one after the other.
 */
export const ROOT_FIELDS: Readonly<Record<string, Row>> = {
  "Query.me": ["{ me { name } }", "null ok ok ok ok ok", "null ok ok ok ok ok"],
  "Query.session": ["query ($session: ID!) { session(id: $session) { id status } }", `${U} ok ok ok ok ok`, NULL],
  "Query.whiteboardSession": [
    "query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) { id } }",
    `${U} ok ok ok ok ok`,
    NULL,
  ],
  "Query.connectionStatus": [
    "query ($whiteboard: ID!) { connectionStatus(whiteboardSessionId: $whiteboard) { version } }",
    `${U} ok ok ok ok ok`,
    NOWHERE,
  ],
  "Query.attendanceSuggestion": [
    "query ($session: ID!) { attendanceSuggestion(sessionId: $session) { isFinal } }",
    `${U} ${F} ${F} ok ok ok`,
    NOWHERE,
  ],
  "Query.sessions of a tutor": [
    "query ($tutor: ID) { sessions(filter: { tutorId: $tutor }) { totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
    `${U} some some some some some`,
    `${U} none none none none none`,
  ],
  "Query.sessions of a student": [
    "query ($student: ID) { sessions(filter: { studentId: $student }) { totalCount nodes { id } } }",
    `${U} some some some some some`,
    `${U} none none none none none`,
  ],
  "Query.sessions after a cursor": [
    "query ($cursor: String) { sessions(first: 1, after: $cursor) { totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
    `${U} some some some some some`,
    `${U} some some some some some`,
  ],
  "Mutation.openWhiteboard": [
    "mutation ($session: ID!) { openWhiteboard(sessionId: $session) { id } }",
    `${U} ${F} ${F} ok ok ok`,
    NOWHERE,
  ],
  "Mutation.endSession": [
    "mutation ($session: ID!) { endSession(sessionId: $session) { id } }",
    `${U} ${F} ${F} ok ok ok`,
    NOWHERE,
  ],
  "Mutation.cancelSession": [
    "mutation ($session: ID!) { cancelSession(sessionId: $session) { id } }",
    `${U} ${F} ${F} ok ok ok`,
    NOWHERE,
  ],
  "Mutation.markAttendance of the tutor": [mark("tutorStatus: LATE"), `${U} ${F} ${F} ok ok ${F}`, NOWHERE],
  "Mutation.markAttendance of the student": [mark("studentStatus: ABSENT"), `${U} ${F} ${F} ok ok ${F}`, NOWHERE],
  "Mutation.markAttendance of both": [
    mark("tutorStatus: LATE, studentStatus: ABSENT"),
    `${U} ${F} ${F} ok ok ${F}`,
    NOWHERE,
  ],
  "Mutation.markAttendance by the suggestion": [mark("useSuggestion: true"), `${U} ${F} ${F} ${S} ${S} ${F}`, NOWHERE],
  "Mutation.markAttendance of nobody": [mark('notes: "n"'), `${U} ${F} ${B} ${B} ${B} ${F}`, NOWHERE],
  "Mutation.markAttendance with a NUL": [mark('notes: "\\u0000"'), `${U} ${F} ${B} ${B} ${B} ${F}`, NOWHERE],
  "Mutation.connect": [
    "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { role } }",
    `${U} ok ${F} ok ${F} ${B}`,
    NOWHERE,
  ],
  "Mutation.connect on behalf": [
    "mutation ($whiteboard: ID!, $student: ID) { connect(input: { whiteboardSessionId: $whiteboard, userId: $student }) { role } }",
    `${U} ${F} ${F} ${F} ${F} ok`,
    NOWHERE,
  ],
  // An id is a UUID that nobody guesses; who is in the same whiteboard and has it learns that it is taken (P3).
  "Mutation.connect with an id": [
    "mutation ($whiteboard: ID!, $connection: ID) { connect(input: { whiteboardSessionId: $whiteboard, connectionId: $connection }) { role } }",
    `${U} ok ${F} ${C} ${F} ${B}`,
    NOWHERE,
  ],
  "Mutation.heartbeat": [
    "mutation ($connection: ID!) { heartbeat(connectionId: $connection) { open } }",
    `${U} ok ${N} ${N} ${N} ok`,
    NOWHERE,
  ],
  "Mutation.heartbeat, idle": [
    "mutation ($connection: ID!) { heartbeat(connectionId: $connection, activity: IDLE) { open } }",
    `${U} ok ${N} ${N} ${N} ok`,
    NOWHERE,
  ],
  "Mutation.disconnect": [
    "mutation ($connection: ID!) { disconnect(connectionId: $connection) { open } }",
    `${U} ok ${N} ${N} ${N} ok`,
    NOWHERE,
  ],
  "Mutation.recordConnectionEvents": [
    "mutation ($whiteboard: ID!) { recordConnectionEvents(whiteboardSessionId: $whiteboard, events: []) { version } }",
    `${U} ${F} ${F} ${F} ok ok`,
    NOWHERE,
  ],
  "Mutation.scheduleSession for a tutor": [
    schedule("tutor", "2026-03-05"),
    `${U} ${F} ${F} ok ok ok`,
    `${U} ${F} ${F} ${F} ${B} ${B}`,
  ],
  "Mutation.scheduleSession for oneself": [
    schedule("me", "2026-03-06"),
    `${U} ${F} ${F} ok ${B} ${B}`,
    `${U} ${F} ${F} ${N} ${B} ${B}`,
  ],
  "Mutation.upsertUser": [
    'mutation ($student: ID!) { upsertUser(input: { name: "N", parentIds: [$student] }) { name } }',
    `${U} ${F} ${F} ${F} ok ok`,
    `${U} ${F} ${F} ${F} ${B} ${B}`,
  ],
};

/** The same of operations that run until somebody stops them. Over SSE nobody attends, whatever there is. */
export const SUBSCRIPTIONS: Readonly<Record<string, Row>> = {
  "Subscription.presence": [
    "subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { event version } }",
    "- ok ok ok ok ok",
    `- ${N} ${N} ${N} ${N} ${N}`,
  ],
  "Subscription.attend": [
    "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { event } }",
    `- ok ${F} ok ${F} ${B}`,
    `- ${N} ${N} ${N} ${N} ${N}`,
  ],
  "Subscription.attend with an id": [
    "subscription ($whiteboard: ID!, $connection: ID) { attend(whiteboardSessionId: $whiteboard, connectionId: $connection) { event } }",
    `- ok ${F} ${C} ${F} ${B}`,
    `- ${N} ${N} ${N} ${N} ${N}`,
  ],
};

/** Subscriptions that name nothing and begin for everybody who is known: whether VIEWERS hear of a change of their lesson. */
export const LISTENING: Readonly<Record<string, readonly [operation: string, own: string]>> = {
  "Subscription.sessionChanges": ["subscription { sessionChanges { id } }", "- told told told told told"],
};

const ALL = "a_parent's_words+a_tutor's_words";
const BOTH = "Sam_Student+Tia_Tutor";
const SHOWN = (what: string) => `${U} ${what} ${what} ${what} ${what} ${what}`;
const RUNS = (what: string) => `${U} null null ${what} ${what} ${what}`;
const MARKS = (mine: string, parents: string, everybody: string) =>
  `${U} ${mine} ${parents} ${everybody} ${everybody} ${everybody}`;
const SPANS = MARKS("STUDENT", "STUDENT", "STUDENT+TUTOR");

/**
 * Every field that leads on to something else or shows what not everybody may read: a selection of the session,
 * and what each of VIEWERS reads at its end.
 */
export const SESSION_FIELDS: Readonly<Record<string, readonly [selection: string, own: string]>> = {
  "Session.tutor": ["tutor { name }", SHOWN("Tia_Tutor")],
  "Session.student": ["student { name }", SHOWN("Sam_Student")],
  "Session.attendance": ["attendance { studentStatus }", SHOWN("LATE")],
  "Session.attendanceHistory": [
    "attendanceHistory { nodes { source } }",
    MARKS("none", "PARENT_REPORTED", "MANUAL+PARENT_REPORTED"),
  ],
  "Session.attendanceSuggestion": ["attendanceSuggestion { isFinal }", RUNS("false")],
  "Session.whiteboardSession": ["whiteboardSession { closedAt }", SHOWN("null")],
  "Session.attendanceHistory after a cursor": [
    'attendanceHistory(after: "1") { nodes { source } }',
    MARKS("none", "none", "MANUAL"),
  ],
  "Attendance.markedBy": ["attendance { markedBy { name } }", SHOWN("Tia_Tutor")],
  "Attendance.notes": ["attendance { notes }", RUNS("a_tutor's_words")],
  "AttendanceMark.actor": [
    "attendanceHistory { nodes { actor { name } } }",
    MARKS("none", "Pat_Parent", "Pat_Parent+Tia_Tutor"),
  ],
  "AttendanceMark.notes": ["attendanceHistory { nodes { notes } }", MARKS("none", "a_parent's_words", ALL)],
  "AttendanceMarkConnection.nodes": ["attendanceHistory { nodes { notes } }", MARKS("none", "a_parent's_words", ALL)],
  "AttendanceMarkConnection.edges": [
    "attendanceHistory { edges { node { notes } } }",
    MARKS("none", "a_parent's_words", ALL),
  ],
  "AttendanceMarkConnection.totalCount": ["attendanceHistory { totalCount }", MARKS("0", "1", "2")],
  "AttendanceMarkConnection.pageInfo": [
    "attendanceHistory(first: 1) { pageInfo { hasNextPage } }",
    MARKS("false", "false", "true"),
  ],
  "AttendanceMarkEdge.node": ["attendanceHistory { edges { node { notes } } }", MARKS("none", "a_parent's_words", ALL)],
  "AttendanceMarkEdge.cursor": ["attendanceHistory { edges { cursor } }", MARKS("none", "1", "1+2")],
  "PageInfo.endCursor": ["attendanceHistory { pageInfo { endCursor } }", MARKS("null", "1", "2")],
  "PageInfo.startCursor": ["attendanceHistory { pageInfo { startCursor } }", MARKS("null", "1", "1")],
  "AttendanceSuggestion.tutor": ["attendanceSuggestion { tutor { status } }", RUNS("PRESENT")],
  "AttendanceSuggestion.student": ["attendanceSuggestion { student { role } }", RUNS("STUDENT")],
  "ParticipantSuggestion.metrics": ["attendanceSuggestion { tutor { metrics { connected } } }", RUNS("true")],
  "WhiteboardSession.presence": ["whiteboardSession { presence { version } }", SHOWN("2")],
  "WhiteboardSession.session": ["whiteboardSession { session { status } }", SHOWN("IN_PROGRESS")],
  "WhiteboardSession.spans": ["whiteboardSession { spans { role } }", SPANS],
  "WhiteboardSession.spans, the long way round": [
    "whiteboardSession { session { whiteboardSession { spans { role } } } }",
    SPANS,
  ],
  "Presence.tutor": ["whiteboardSession { presence { tutor { connected } } }", SHOWN("true")],
  "Presence.student": ["whiteboardSession { presence { student { connected } } }", SHOWN("true")],
  "ParticipantPresence.user": [
    "whiteboardSession { presence { tutor { user { name } } student { user { name } } } }",
    SHOWN(BOTH),
  ],
};

/** Fields that the operations of ROOT_FIELDS read: lists hold what their viewer may see, and a connection is the caller's. */
export const READ_THERE = [
  "SessionConnection.nodes",
  "SessionConnection.edges",
  "SessionConnection.totalCount",
  "SessionConnection.pageInfo",
  "SessionEdge.node",
  "SessionEdge.cursor",
  "Connection.presence",
];

/** Plain values of what its viewer was let to see; none of them leads to anything else. */
export const HARMLESS: Readonly<Record<string, string>> = {
  Attendance: "keptStatusOf marked markedAt source studentMarked studentStatus tutorMarked tutorStatus version",
  AttendanceMark:
    "at id keptStatusOf overrodeOwnSuggestion source studentStatusAfter studentStatusBefore tutorStatusAfter tutorStatusBefore",
  AttendanceMetrics:
    "activeMinutes connected earlyDepartureMinutes engagementPercentage latenessMinutes leftEarly sessionMinutes",
  AttendanceSuggestion: "hasWhiteboard isFinal policyVersion recommendation sessionId",
  Connection: "heartbeatSeconds id lastActivityAt open role",
  ConnectionSpan: "active activeSeconds connectionId endReason endedAt lastSeenAt role startedAt",
  PageInfo: "hasNextPage hasPreviousPage",
  ParticipantPresence:
    "active connected connectedAt disconnectedAt lastActivityAt openConnections role totalActiveSeconds",
  ParticipantSuggestion: "confidence reasons role rule status",
  Presence: "connectionId event version whiteboardSessionId",
  Session: "endedAt id scheduledEnd scheduledStart status timeZone title",
  User: "id name",
  WhiteboardSession: "closedAt evidenceRemovedAt id openedAt trackedFrom",
};

/** What only admin and service may give at all, to whom everybody is known. */
export const FOR_THOSE_WHO_KNOW_ALL = [
  "ConnectionEventInput connectionId",
  "ConnectionEventInput userId",
  "UpsertUserInput id",
];
