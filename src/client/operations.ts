// Longer than other files on purpose: it is a list, one operation for each root field of the schema, and is read as one.
import { graphql } from "./generated/gql.ts";

/* What a client of Rollcall asks, typed. `npm run codegen` after a change. */

export const ParticipantFields = graphql(`
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
`);

export const PresenceFields = graphql(`
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
`);

export const ConnectionFields = graphql(`
  fragment ConnectionFields on Connection {
    id
    role
    open
    lastActivityAt
    heartbeatSeconds
  }
`);

export const AttendanceFields = graphql(`
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
    version
  }
`);

export const SessionFields = graphql(`
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
`);

export const ParticipantSuggestionFields = graphql(`
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
`);

export const SuggestionFields = graphql(`
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
`);

export const MarkFields = graphql(`
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
`);

/* The eight steps of a lesson. */

export const ScheduleSession = graphql(`
  mutation ScheduleSession($input: ScheduleSessionInput!) {
    scheduleSession(input: $input) {
      ...SessionFields
    }
  }
`);

export const OpenWhiteboard = graphql(`
  mutation OpenWhiteboard($sessionId: ID!) {
    openWhiteboard(sessionId: $sessionId) {
      id
      openedAt
      closedAt
    }
  }
`);

/** Over a WebSocket the connection lives as long as the socket. */
export const Connect = graphql(`
  mutation Connect($input: ConnectInput!) {
    connect(input: $input) {
      ...ConnectionFields
    }
  }
`);

export const Heartbeat = graphql(`
  mutation Heartbeat($connectionId: ID!, $activity: Activity) {
    heartbeat(connectionId: $connectionId, activity: $activity) {
      ...ConnectionFields
    }
  }
`);

export const Disconnect = graphql(`
  mutation Disconnect($connectionId: ID!) {
    disconnect(connectionId: $connectionId) {
      ...ConnectionFields
    }
  }
`);

export const EndSession = graphql(`
  mutation EndSession($sessionId: ID!) {
    endSession(sessionId: $sessionId) {
      ...SessionFields
    }
  }
`);

export const AttendanceSuggestion = graphql(`
  query AttendanceSuggestion($sessionId: ID!) {
    attendanceSuggestion(sessionId: $sessionId) {
      ...SuggestionFields
    }
  }
`);

export const MarkAttendance = graphql(`
  mutation MarkAttendance($input: MarkAttendanceInput!) {
    markAttendance(input: $input) {
      ...SessionFields
    }
  }
`);

/* And everything else. */

export const Me = graphql(`
  query Me {
    me {
      id
      name
    }
  }
`);

export const Session = graphql(`
  query Session($id: ID!, $marksFirst: Int, $marksAfter: String) {
    session(id: $id) {
      ...SessionFields
      whiteboardSession {
        id
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
`);

export const Sessions = graphql(`
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
`);

export const WhiteboardSession = graphql(`
  query WhiteboardSession($id: ID!) {
    whiteboardSession(id: $id) {
      id
      openedAt
      closedAt
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
`);

export const ConnectionStatus = graphql(`
  query ConnectionStatus($whiteboardSessionId: ID!) {
    connectionStatus(whiteboardSessionId: $whiteboardSessionId) {
      ...PresenceFields
    }
  }
`);

export const UpsertUser = graphql(`
  mutation UpsertUser($input: UpsertUserInput!) {
    upsertUser(input: $input) {
      id
      name
    }
  }
`);

export const CancelSession = graphql(`
  mutation CancelSession($sessionId: ID!) {
    cancelSession(sessionId: $sessionId) {
      ...SessionFields
    }
  }
`);

export const RecordConnectionEvents = graphql(`
  mutation RecordConnectionEvents(
    $whiteboardSessionId: ID!
    $events: [ConnectionEventInput!]!
    $evidence: Evidence = LEASED
  ) {
    recordConnectionEvents(whiteboardSessionId: $whiteboardSessionId, events: $events, evidence: $evidence) {
      ...PresenceFields
    }
  }
`);

export const Presence = graphql(`
  subscription Presence($whiteboardSessionId: ID!) {
    presence(whiteboardSessionId: $whiteboardSessionId) {
      ...PresenceFields
    }
  }
`);

export const SessionChanges = graphql(`
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
`);

export const Attend = graphql(`
  subscription Attend($whiteboardSessionId: ID!, $connectionId: ID) {
    attend(whiteboardSessionId: $whiteboardSessionId, connectionId: $connectionId) {
      ...PresenceFields
    }
  }
`);
