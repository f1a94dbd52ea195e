/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ParticipantFields on ParticipantPresence {\n    role\n    user {\n      id\n      name\n    }\n    connected\n    active\n    connectedAt\n    disconnectedAt\n    lastActivityAt\n    totalActiveSeconds\n    openConnections\n  }\n": typeof types.ParticipantFieldsFragmentDoc,
    "\n  fragment PresenceFields on Presence {\n    whiteboardSessionId\n    version\n    event\n    connectionId\n    tutor {\n      ...ParticipantFields\n    }\n    student {\n      ...ParticipantFields\n    }\n  }\n": typeof types.PresenceFieldsFragmentDoc,
    "\n  fragment ConnectionFields on Connection {\n    id\n    role\n    open\n    lastActivityAt\n    heartbeatSeconds\n  }\n": typeof types.ConnectionFieldsFragmentDoc,
    "\n  fragment AttendanceFields on Attendance {\n    tutorStatus\n    studentStatus\n    source\n    marked\n    tutorMarked\n    studentMarked\n    markedBy {\n      id\n      name\n    }\n    markedAt\n    notes\n    version\n  }\n": typeof types.AttendanceFieldsFragmentDoc,
    "\n  fragment SessionFields on Session {\n    id\n    title\n    status\n    scheduledStart\n    scheduledEnd\n    timeZone\n    endedAt\n    tutor {\n      id\n      name\n    }\n    student {\n      id\n      name\n    }\n    attendance {\n      ...AttendanceFields\n    }\n  }\n": typeof types.SessionFieldsFragmentDoc,
    "\n  fragment ParticipantSuggestionFields on ParticipantSuggestion {\n    role\n    status\n    confidence\n    rule\n    reasons\n    metrics {\n      connected\n      latenessMinutes\n      engagementPercentage\n      activeMinutes\n      sessionMinutes\n      leftEarly\n      earlyDepartureMinutes\n    }\n  }\n": typeof types.ParticipantSuggestionFieldsFragmentDoc,
    "\n  fragment SuggestionFields on AttendanceSuggestion {\n    sessionId\n    hasWhiteboard\n    isFinal\n    recommendation\n    policyVersion\n    tutor {\n      ...ParticipantSuggestionFields\n    }\n    student {\n      ...ParticipantSuggestionFields\n    }\n  }\n": typeof types.SuggestionFieldsFragmentDoc,
    "\n  fragment MarkFields on AttendanceMark {\n    id\n    at\n    actor {\n      id\n      name\n    }\n    source\n    tutorStatusBefore\n    tutorStatusAfter\n    studentStatusBefore\n    studentStatusAfter\n    notes\n    overrodeOwnSuggestion\n  }\n": typeof types.MarkFieldsFragmentDoc,
    "\n  mutation ScheduleSession($input: ScheduleSessionInput!) {\n    scheduleSession(input: $input) {\n      ...SessionFields\n    }\n  }\n": typeof types.ScheduleSessionDocument,
    "\n  mutation OpenWhiteboard($sessionId: ID!) {\n    openWhiteboard(sessionId: $sessionId) {\n      id\n      openedAt\n      closedAt\n    }\n  }\n": typeof types.OpenWhiteboardDocument,
    "\n  mutation Connect($input: ConnectInput!) {\n    connect(input: $input) {\n      ...ConnectionFields\n    }\n  }\n": typeof types.ConnectDocument,
    "\n  mutation Heartbeat($connectionId: ID!, $activity: Activity) {\n    heartbeat(connectionId: $connectionId, activity: $activity) {\n      ...ConnectionFields\n    }\n  }\n": typeof types.HeartbeatDocument,
    "\n  mutation Disconnect($connectionId: ID!) {\n    disconnect(connectionId: $connectionId) {\n      ...ConnectionFields\n    }\n  }\n": typeof types.DisconnectDocument,
    "\n  mutation EndSession($sessionId: ID!) {\n    endSession(sessionId: $sessionId) {\n      ...SessionFields\n    }\n  }\n": typeof types.EndSessionDocument,
    "\n  query AttendanceSuggestion($sessionId: ID!) {\n    attendanceSuggestion(sessionId: $sessionId) {\n      ...SuggestionFields\n    }\n  }\n": typeof types.AttendanceSuggestionDocument,
    "\n  mutation MarkAttendance($input: MarkAttendanceInput!) {\n    markAttendance(input: $input) {\n      ...SessionFields\n    }\n  }\n": typeof types.MarkAttendanceDocument,
    "\n  query Me {\n    me {\n      id\n      name\n    }\n  }\n": typeof types.MeDocument,
    "\n  query Session($id: ID!, $marksFirst: Int, $marksAfter: String) {\n    session(id: $id) {\n      ...SessionFields\n      whiteboardSession {\n        id\n      }\n      attendanceHistory(first: $marksFirst, after: $marksAfter) {\n        nodes {\n          ...MarkFields\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        totalCount\n      }\n    }\n  }\n": typeof types.SessionDocument,
    "\n  query Sessions($filter: SessionFilter, $first: Int, $after: String) {\n    sessions(filter: $filter, first: $first, after: $after) {\n      nodes {\n        ...SessionFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  query WhiteboardSession($id: ID!) {\n    whiteboardSession(id: $id) {\n      id\n      openedAt\n      closedAt\n      session {\n        id\n      }\n      presence {\n        ...PresenceFields\n      }\n      spans {\n        connectionId\n        role\n        active\n        startedAt\n        lastSeenAt\n        endedAt\n        endReason\n      }\n    }\n  }\n": typeof types.WhiteboardSessionDocument,
    "\n  query ConnectionStatus($whiteboardSessionId: ID!) {\n    connectionStatus(whiteboardSessionId: $whiteboardSessionId) {\n      ...PresenceFields\n    }\n  }\n": typeof types.ConnectionStatusDocument,
    "\n  mutation UpsertUser($input: UpsertUserInput!) {\n    upsertUser(input: $input) {\n      id\n      name\n    }\n  }\n": typeof types.UpsertUserDocument,
    "\n  mutation CancelSession($sessionId: ID!) {\n    cancelSession(sessionId: $sessionId) {\n      ...SessionFields\n    }\n  }\n": typeof types.CancelSessionDocument,
    "\n  mutation RecordConnectionEvents(\n    $whiteboardSessionId: ID!\n    $events: [ConnectionEventInput!]!\n    $evidence: Evidence = LEASED\n  ) {\n    recordConnectionEvents(whiteboardSessionId: $whiteboardSessionId, events: $events, evidence: $evidence) {\n      ...PresenceFields\n    }\n  }\n": typeof types.RecordConnectionEventsDocument,
    "\n  subscription Presence($whiteboardSessionId: ID!) {\n    presence(whiteboardSessionId: $whiteboardSessionId) {\n      ...PresenceFields\n    }\n  }\n": typeof types.PresenceDocument,
    "\n  subscription SessionChanges($filter: SessionFilter) {\n    sessionChanges(filter: $filter) {\n      ...SessionFields\n      whiteboardSession {\n        id\n        presence {\n          ...PresenceFields\n        }\n      }\n    }\n  }\n": typeof types.SessionChangesDocument,
    "\n  subscription Attend($whiteboardSessionId: ID!, $connectionId: ID) {\n    attend(whiteboardSessionId: $whiteboardSessionId, connectionId: $connectionId) {\n      ...PresenceFields\n    }\n  }\n": typeof types.AttendDocument,
};
const documents: Documents = {
    "\n  fragment ParticipantFields on ParticipantPresence {\n    role\n    user {\n      id\n      name\n    }\n    connected\n    active\n    connectedAt\n    disconnectedAt\n    lastActivityAt\n    totalActiveSeconds\n    openConnections\n  }\n": types.ParticipantFieldsFragmentDoc,
    "\n  fragment PresenceFields on Presence {\n    whiteboardSessionId\n    version\n    event\n    connectionId\n    tutor {\n      ...ParticipantFields\n    }\n    student {\n      ...ParticipantFields\n    }\n  }\n": types.PresenceFieldsFragmentDoc,
    "\n  fragment ConnectionFields on Connection {\n    id\n    role\n    open\n    lastActivityAt\n    heartbeatSeconds\n  }\n": types.ConnectionFieldsFragmentDoc,
    "\n  fragment AttendanceFields on Attendance {\n    tutorStatus\n    studentStatus\n    source\n    marked\n    tutorMarked\n    studentMarked\n    markedBy {\n      id\n      name\n    }\n    markedAt\n    notes\n    version\n  }\n": types.AttendanceFieldsFragmentDoc,
    "\n  fragment SessionFields on Session {\n    id\n    title\n    status\n    scheduledStart\n    scheduledEnd\n    timeZone\n    endedAt\n    tutor {\n      id\n      name\n    }\n    student {\n      id\n      name\n    }\n    attendance {\n      ...AttendanceFields\n    }\n  }\n": types.SessionFieldsFragmentDoc,
    "\n  fragment ParticipantSuggestionFields on ParticipantSuggestion {\n    role\n    status\n    confidence\n    rule\n    reasons\n    metrics {\n      connected\n      latenessMinutes\n      engagementPercentage\n      activeMinutes\n      sessionMinutes\n      leftEarly\n      earlyDepartureMinutes\n    }\n  }\n": types.ParticipantSuggestionFieldsFragmentDoc,
    "\n  fragment SuggestionFields on AttendanceSuggestion {\n    sessionId\n    hasWhiteboard\n    isFinal\n    recommendation\n    policyVersion\n    tutor {\n      ...ParticipantSuggestionFields\n    }\n    student {\n      ...ParticipantSuggestionFields\n    }\n  }\n": types.SuggestionFieldsFragmentDoc,
    "\n  fragment MarkFields on AttendanceMark {\n    id\n    at\n    actor {\n      id\n      name\n    }\n    source\n    tutorStatusBefore\n    tutorStatusAfter\n    studentStatusBefore\n    studentStatusAfter\n    notes\n    overrodeOwnSuggestion\n  }\n": types.MarkFieldsFragmentDoc,
    "\n  mutation ScheduleSession($input: ScheduleSessionInput!) {\n    scheduleSession(input: $input) {\n      ...SessionFields\n    }\n  }\n": types.ScheduleSessionDocument,
    "\n  mutation OpenWhiteboard($sessionId: ID!) {\n    openWhiteboard(sessionId: $sessionId) {\n      id\n      openedAt\n      closedAt\n    }\n  }\n": types.OpenWhiteboardDocument,
    "\n  mutation Connect($input: ConnectInput!) {\n    connect(input: $input) {\n      ...ConnectionFields\n    }\n  }\n": types.ConnectDocument,
    "\n  mutation Heartbeat($connectionId: ID!, $activity: Activity) {\n    heartbeat(connectionId: $connectionId, activity: $activity) {\n      ...ConnectionFields\n    }\n  }\n": types.HeartbeatDocument,
    "\n  mutation Disconnect($connectionId: ID!) {\n    disconnect(connectionId: $connectionId) {\n      ...ConnectionFields\n    }\n  }\n": types.DisconnectDocument,
    "\n  mutation EndSession($sessionId: ID!) {\n    endSession(sessionId: $sessionId) {\n      ...SessionFields\n    }\n  }\n": types.EndSessionDocument,
    "\n  query AttendanceSuggestion($sessionId: ID!) {\n    attendanceSuggestion(sessionId: $sessionId) {\n      ...SuggestionFields\n    }\n  }\n": types.AttendanceSuggestionDocument,
    "\n  mutation MarkAttendance($input: MarkAttendanceInput!) {\n    markAttendance(input: $input) {\n      ...SessionFields\n    }\n  }\n": types.MarkAttendanceDocument,
    "\n  query Me {\n    me {\n      id\n      name\n    }\n  }\n": types.MeDocument,
    "\n  query Session($id: ID!, $marksFirst: Int, $marksAfter: String) {\n    session(id: $id) {\n      ...SessionFields\n      whiteboardSession {\n        id\n      }\n      attendanceHistory(first: $marksFirst, after: $marksAfter) {\n        nodes {\n          ...MarkFields\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        totalCount\n      }\n    }\n  }\n": types.SessionDocument,
    "\n  query Sessions($filter: SessionFilter, $first: Int, $after: String) {\n    sessions(filter: $filter, first: $first, after: $after) {\n      nodes {\n        ...SessionFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.SessionsDocument,
    "\n  query WhiteboardSession($id: ID!) {\n    whiteboardSession(id: $id) {\n      id\n      openedAt\n      closedAt\n      session {\n        id\n      }\n      presence {\n        ...PresenceFields\n      }\n      spans {\n        connectionId\n        role\n        active\n        startedAt\n        lastSeenAt\n        endedAt\n        endReason\n      }\n    }\n  }\n": types.WhiteboardSessionDocument,
    "\n  query ConnectionStatus($whiteboardSessionId: ID!) {\n    connectionStatus(whiteboardSessionId: $whiteboardSessionId) {\n      ...PresenceFields\n    }\n  }\n": types.ConnectionStatusDocument,
    "\n  mutation UpsertUser($input: UpsertUserInput!) {\n    upsertUser(input: $input) {\n      id\n      name\n    }\n  }\n": types.UpsertUserDocument,
    "\n  mutation CancelSession($sessionId: ID!) {\n    cancelSession(sessionId: $sessionId) {\n      ...SessionFields\n    }\n  }\n": types.CancelSessionDocument,
    "\n  mutation RecordConnectionEvents(\n    $whiteboardSessionId: ID!\n    $events: [ConnectionEventInput!]!\n    $evidence: Evidence = LEASED\n  ) {\n    recordConnectionEvents(whiteboardSessionId: $whiteboardSessionId, events: $events, evidence: $evidence) {\n      ...PresenceFields\n    }\n  }\n": types.RecordConnectionEventsDocument,
    "\n  subscription Presence($whiteboardSessionId: ID!) {\n    presence(whiteboardSessionId: $whiteboardSessionId) {\n      ...PresenceFields\n    }\n  }\n": types.PresenceDocument,
    "\n  subscription SessionChanges($filter: SessionFilter) {\n    sessionChanges(filter: $filter) {\n      ...SessionFields\n      whiteboardSession {\n        id\n        presence {\n          ...PresenceFields\n        }\n      }\n    }\n  }\n": types.SessionChangesDocument,
    "\n  subscription Attend($whiteboardSessionId: ID!, $connectionId: ID) {\n    attend(whiteboardSessionId: $whiteboardSessionId, connectionId: $connectionId) {\n      ...PresenceFields\n    }\n  }\n": types.AttendDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ParticipantFields on ParticipantPresence {\n    role\n    user {\n      id\n      name\n    }\n    connected\n    active\n    connectedAt\n    disconnectedAt\n    lastActivityAt\n    totalActiveSeconds\n    openConnections\n  }\n"): typeof import('./graphql.ts').ParticipantFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PresenceFields on Presence {\n    whiteboardSessionId\n    version\n    event\n    connectionId\n    tutor {\n      ...ParticipantFields\n    }\n    student {\n      ...ParticipantFields\n    }\n  }\n"): typeof import('./graphql.ts').PresenceFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ConnectionFields on Connection {\n    id\n    role\n    open\n    lastActivityAt\n    heartbeatSeconds\n  }\n"): typeof import('./graphql.ts').ConnectionFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AttendanceFields on Attendance {\n    tutorStatus\n    studentStatus\n    source\n    marked\n    tutorMarked\n    studentMarked\n    markedBy {\n      id\n      name\n    }\n    markedAt\n    notes\n    version\n  }\n"): typeof import('./graphql.ts').AttendanceFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SessionFields on Session {\n    id\n    title\n    status\n    scheduledStart\n    scheduledEnd\n    timeZone\n    endedAt\n    tutor {\n      id\n      name\n    }\n    student {\n      id\n      name\n    }\n    attendance {\n      ...AttendanceFields\n    }\n  }\n"): typeof import('./graphql.ts').SessionFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ParticipantSuggestionFields on ParticipantSuggestion {\n    role\n    status\n    confidence\n    rule\n    reasons\n    metrics {\n      connected\n      latenessMinutes\n      engagementPercentage\n      activeMinutes\n      sessionMinutes\n      leftEarly\n      earlyDepartureMinutes\n    }\n  }\n"): typeof import('./graphql.ts').ParticipantSuggestionFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SuggestionFields on AttendanceSuggestion {\n    sessionId\n    hasWhiteboard\n    isFinal\n    recommendation\n    policyVersion\n    tutor {\n      ...ParticipantSuggestionFields\n    }\n    student {\n      ...ParticipantSuggestionFields\n    }\n  }\n"): typeof import('./graphql.ts').SuggestionFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment MarkFields on AttendanceMark {\n    id\n    at\n    actor {\n      id\n      name\n    }\n    source\n    tutorStatusBefore\n    tutorStatusAfter\n    studentStatusBefore\n    studentStatusAfter\n    notes\n    overrodeOwnSuggestion\n  }\n"): typeof import('./graphql.ts').MarkFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ScheduleSession($input: ScheduleSessionInput!) {\n    scheduleSession(input: $input) {\n      ...SessionFields\n    }\n  }\n"): typeof import('./graphql.ts').ScheduleSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation OpenWhiteboard($sessionId: ID!) {\n    openWhiteboard(sessionId: $sessionId) {\n      id\n      openedAt\n      closedAt\n    }\n  }\n"): typeof import('./graphql.ts').OpenWhiteboardDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Connect($input: ConnectInput!) {\n    connect(input: $input) {\n      ...ConnectionFields\n    }\n  }\n"): typeof import('./graphql.ts').ConnectDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Heartbeat($connectionId: ID!, $activity: Activity) {\n    heartbeat(connectionId: $connectionId, activity: $activity) {\n      ...ConnectionFields\n    }\n  }\n"): typeof import('./graphql.ts').HeartbeatDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Disconnect($connectionId: ID!) {\n    disconnect(connectionId: $connectionId) {\n      ...ConnectionFields\n    }\n  }\n"): typeof import('./graphql.ts').DisconnectDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndSession($sessionId: ID!) {\n    endSession(sessionId: $sessionId) {\n      ...SessionFields\n    }\n  }\n"): typeof import('./graphql.ts').EndSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AttendanceSuggestion($sessionId: ID!) {\n    attendanceSuggestion(sessionId: $sessionId) {\n      ...SuggestionFields\n    }\n  }\n"): typeof import('./graphql.ts').AttendanceSuggestionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MarkAttendance($input: MarkAttendanceInput!) {\n    markAttendance(input: $input) {\n      ...SessionFields\n    }\n  }\n"): typeof import('./graphql.ts').MarkAttendanceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me {\n      id\n      name\n    }\n  }\n"): typeof import('./graphql.ts').MeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Session($id: ID!, $marksFirst: Int, $marksAfter: String) {\n    session(id: $id) {\n      ...SessionFields\n      whiteboardSession {\n        id\n      }\n      attendanceHistory(first: $marksFirst, after: $marksAfter) {\n        nodes {\n          ...MarkFields\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n        totalCount\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions($filter: SessionFilter, $first: Int, $after: String) {\n    sessions(filter: $filter, first: $first, after: $after) {\n      nodes {\n        ...SessionFields\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): typeof import('./graphql.ts').SessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WhiteboardSession($id: ID!) {\n    whiteboardSession(id: $id) {\n      id\n      openedAt\n      closedAt\n      session {\n        id\n      }\n      presence {\n        ...PresenceFields\n      }\n      spans {\n        connectionId\n        role\n        active\n        startedAt\n        lastSeenAt\n        endedAt\n        endReason\n      }\n    }\n  }\n"): typeof import('./graphql.ts').WhiteboardSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ConnectionStatus($whiteboardSessionId: ID!) {\n    connectionStatus(whiteboardSessionId: $whiteboardSessionId) {\n      ...PresenceFields\n    }\n  }\n"): typeof import('./graphql.ts').ConnectionStatusDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpsertUser($input: UpsertUserInput!) {\n    upsertUser(input: $input) {\n      id\n      name\n    }\n  }\n"): typeof import('./graphql.ts').UpsertUserDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelSession($sessionId: ID!) {\n    cancelSession(sessionId: $sessionId) {\n      ...SessionFields\n    }\n  }\n"): typeof import('./graphql.ts').CancelSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RecordConnectionEvents(\n    $whiteboardSessionId: ID!\n    $events: [ConnectionEventInput!]!\n    $evidence: Evidence = LEASED\n  ) {\n    recordConnectionEvents(whiteboardSessionId: $whiteboardSessionId, events: $events, evidence: $evidence) {\n      ...PresenceFields\n    }\n  }\n"): typeof import('./graphql.ts').RecordConnectionEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Presence($whiteboardSessionId: ID!) {\n    presence(whiteboardSessionId: $whiteboardSessionId) {\n      ...PresenceFields\n    }\n  }\n"): typeof import('./graphql.ts').PresenceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription SessionChanges($filter: SessionFilter) {\n    sessionChanges(filter: $filter) {\n      ...SessionFields\n      whiteboardSession {\n        id\n        presence {\n          ...PresenceFields\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SessionChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Attend($whiteboardSessionId: ID!, $connectionId: ID) {\n    attend(whiteboardSessionId: $whiteboardSessionId, connectionId: $connectionId) {\n      ...PresenceFields\n    }\n  }\n"): typeof import('./graphql.ts').AttendDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
