import { graphql } from "./generated/gql.ts";

/* What the console asks. `npm run codegen` after a change; pages import the parsed documents from generated/. */

export const Me = graphql(`
  query Me {
    me {
      id
      name
    }
  }
`);

/** What the list shows of a session, and what the feed tells about it. */
export const RowFields = graphql(`
  fragment RowFields on Session {
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
      tutorStatus
      studentStatus
      tutorMarked
      studentMarked
      marked
      version
    }
    whiteboardSession {
      id
      presence {
        version
        tutor {
          connected
          active
        }
        student {
          connected
          active
        }
      }
    }
  }
`);

export const Sessions = graphql(`
  query Sessions($filter: SessionFilter, $first: Int, $after: String) {
    sessions(filter: $filter, first: $first, after: $after) {
      totalCount
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        ...RowFields
      }
    }
  }
`);

export const Feed = graphql(`
  subscription Feed {
    sessionChanges {
      ...RowFields
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

/** All of one session. What the viewer may not have comes as null, or not at all. */
export const LessonFields = graphql(`
  fragment LessonFields on Session {
    ...RowFields
    attendance {
      source
      markedAt
      notes
      markedBy {
        id
        name
      }
    }
    attendanceHistory(first: 100) {
      totalCount
      nodes {
        id
        at
        source
        notes
        overrodeOwnSuggestion
        tutorStatusBefore
        tutorStatusAfter
        studentStatusBefore
        studentStatusAfter
        actor {
          id
          name
        }
      }
    }
    attendanceSuggestion {
      isFinal
      hasWhiteboard
      recommendation
      policyVersion
      tutor {
        ...ParticipantSuggestionFields
      }
      student {
        ...ParticipantSuggestionFields
      }
    }
    whiteboardSession {
      openedAt
      evidenceRemovedAt
      spans {
        connectionId
        role
        active
        startedAt
        endedAt
        endReason
        lastSeenAt
      }
    }
  }
`);

export const Lesson = graphql(`
  query Lesson($id: ID!) {
    session(id: $id) {
      ...LessonFields
    }
  }
`);

export const Presence = graphql(`
  subscription Presence($whiteboard: ID!) {
    presence(whiteboardSessionId: $whiteboard) {
      whiteboardSessionId
      version
      event
      tutor {
        connected
        active
        lastActivityAt
        totalActiveSeconds
        openConnections
      }
      student {
        connected
        active
        lastActivityAt
        totalActiveSeconds
        openConnections
      }
    }
  }
`);

export const Mark = graphql(`
  mutation Mark($input: MarkAttendanceInput!) {
    markAttendance(input: $input) {
      ...LessonFields
    }
  }
`);

export const OpenWhiteboard = graphql(`
  mutation OpenWhiteboard($sessionId: ID!) {
    openWhiteboard(sessionId: $sessionId) {
      id
      session {
        ...LessonFields
      }
    }
  }
`);

export const EndLesson = graphql(`
  mutation EndLesson($sessionId: ID!) {
    endSession(sessionId: $sessionId) {
      ...LessonFields
    }
  }
`);
