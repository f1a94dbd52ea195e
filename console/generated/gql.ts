/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

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
    "\n  query Me {\n    me {\n      id\n      name\n    }\n  }\n": typeof types.MeDocument,
    "\n  fragment RowFields on Session {\n    id\n    title\n    status\n    scheduledStart\n    scheduledEnd\n    timeZone\n    endedAt\n    tutor {\n      id\n      name\n    }\n    student {\n      id\n      name\n    }\n    attendance {\n      tutorStatus\n      studentStatus\n      tutorMarked\n      studentMarked\n      marked\n      version\n    }\n    whiteboardSession {\n      id\n      presence {\n        version\n        tutor {\n          connected\n          active\n        }\n        student {\n          connected\n          active\n        }\n      }\n    }\n  }\n": typeof types.RowFieldsFragmentDoc,
    "\n  query Sessions($filter: SessionFilter, $first: Int, $after: String) {\n    sessions(filter: $filter, first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      nodes {\n        ...RowFields\n      }\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  subscription Feed {\n    sessionChanges {\n      ...RowFields\n    }\n  }\n": typeof types.FeedDocument,
    "\n  fragment ParticipantSuggestionFields on ParticipantSuggestion {\n    role\n    status\n    confidence\n    rule\n    reasons\n    metrics {\n      connected\n      latenessMinutes\n      engagementPercentage\n      activeMinutes\n      sessionMinutes\n      leftEarly\n      earlyDepartureMinutes\n    }\n  }\n": typeof types.ParticipantSuggestionFieldsFragmentDoc,
    "\n  fragment LessonFields on Session {\n    ...RowFields\n    attendance {\n      source\n      markedAt\n      notes\n      markedBy {\n        id\n        name\n      }\n    }\n    attendanceHistory(first: 100) {\n      totalCount\n      nodes {\n        id\n        at\n        source\n        notes\n        overrodeOwnSuggestion\n        tutorStatusBefore\n        tutorStatusAfter\n        studentStatusBefore\n        studentStatusAfter\n        actor {\n          id\n          name\n        }\n      }\n    }\n    attendanceSuggestion {\n      isFinal\n      hasWhiteboard\n      recommendation\n      policyVersion\n      tutor {\n        ...ParticipantSuggestionFields\n      }\n      student {\n        ...ParticipantSuggestionFields\n      }\n    }\n    whiteboardSession {\n      openedAt\n      evidenceRemovedAt\n      spans {\n        connectionId\n        role\n        active\n        startedAt\n        endedAt\n        endReason\n        lastSeenAt\n      }\n    }\n  }\n": typeof types.LessonFieldsFragmentDoc,
    "\n  query Lesson($id: ID!) {\n    session(id: $id) {\n      ...LessonFields\n    }\n  }\n": typeof types.LessonDocument,
    "\n  subscription Presence($whiteboard: ID!) {\n    presence(whiteboardSessionId: $whiteboard) {\n      whiteboardSessionId\n      version\n      event\n      tutor {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n      student {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n    }\n  }\n": typeof types.PresenceDocument,
    "\n  mutation Mark($input: MarkAttendanceInput!) {\n    markAttendance(input: $input) {\n      ...LessonFields\n    }\n  }\n": typeof types.MarkDocument,
    "\n  mutation OpenWhiteboard($sessionId: ID!) {\n    openWhiteboard(sessionId: $sessionId) {\n      id\n      session {\n        ...LessonFields\n      }\n    }\n  }\n": typeof types.OpenWhiteboardDocument,
    "\n  mutation EndLesson($sessionId: ID!) {\n    endSession(sessionId: $sessionId) {\n      ...LessonFields\n    }\n  }\n": typeof types.EndLessonDocument,
};
const documents: Documents = {
    "\n  query Me {\n    me {\n      id\n      name\n    }\n  }\n": types.MeDocument,
    "\n  fragment RowFields on Session {\n    id\n    title\n    status\n    scheduledStart\n    scheduledEnd\n    timeZone\n    endedAt\n    tutor {\n      id\n      name\n    }\n    student {\n      id\n      name\n    }\n    attendance {\n      tutorStatus\n      studentStatus\n      tutorMarked\n      studentMarked\n      marked\n      version\n    }\n    whiteboardSession {\n      id\n      presence {\n        version\n        tutor {\n          connected\n          active\n        }\n        student {\n          connected\n          active\n        }\n      }\n    }\n  }\n": types.RowFieldsFragmentDoc,
    "\n  query Sessions($filter: SessionFilter, $first: Int, $after: String) {\n    sessions(filter: $filter, first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      nodes {\n        ...RowFields\n      }\n    }\n  }\n": types.SessionsDocument,
    "\n  subscription Feed {\n    sessionChanges {\n      ...RowFields\n    }\n  }\n": types.FeedDocument,
    "\n  fragment ParticipantSuggestionFields on ParticipantSuggestion {\n    role\n    status\n    confidence\n    rule\n    reasons\n    metrics {\n      connected\n      latenessMinutes\n      engagementPercentage\n      activeMinutes\n      sessionMinutes\n      leftEarly\n      earlyDepartureMinutes\n    }\n  }\n": types.ParticipantSuggestionFieldsFragmentDoc,
    "\n  fragment LessonFields on Session {\n    ...RowFields\n    attendance {\n      source\n      markedAt\n      notes\n      markedBy {\n        id\n        name\n      }\n    }\n    attendanceHistory(first: 100) {\n      totalCount\n      nodes {\n        id\n        at\n        source\n        notes\n        overrodeOwnSuggestion\n        tutorStatusBefore\n        tutorStatusAfter\n        studentStatusBefore\n        studentStatusAfter\n        actor {\n          id\n          name\n        }\n      }\n    }\n    attendanceSuggestion {\n      isFinal\n      hasWhiteboard\n      recommendation\n      policyVersion\n      tutor {\n        ...ParticipantSuggestionFields\n      }\n      student {\n        ...ParticipantSuggestionFields\n      }\n    }\n    whiteboardSession {\n      openedAt\n      evidenceRemovedAt\n      spans {\n        connectionId\n        role\n        active\n        startedAt\n        endedAt\n        endReason\n        lastSeenAt\n      }\n    }\n  }\n": types.LessonFieldsFragmentDoc,
    "\n  query Lesson($id: ID!) {\n    session(id: $id) {\n      ...LessonFields\n    }\n  }\n": types.LessonDocument,
    "\n  subscription Presence($whiteboard: ID!) {\n    presence(whiteboardSessionId: $whiteboard) {\n      whiteboardSessionId\n      version\n      event\n      tutor {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n      student {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n    }\n  }\n": types.PresenceDocument,
    "\n  mutation Mark($input: MarkAttendanceInput!) {\n    markAttendance(input: $input) {\n      ...LessonFields\n    }\n  }\n": types.MarkDocument,
    "\n  mutation OpenWhiteboard($sessionId: ID!) {\n    openWhiteboard(sessionId: $sessionId) {\n      id\n      session {\n        ...LessonFields\n      }\n    }\n  }\n": types.OpenWhiteboardDocument,
    "\n  mutation EndLesson($sessionId: ID!) {\n    endSession(sessionId: $sessionId) {\n      ...LessonFields\n    }\n  }\n": types.EndLessonDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  query Me {\n    me {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RowFields on Session {\n    id\n    title\n    status\n    scheduledStart\n    scheduledEnd\n    timeZone\n    endedAt\n    tutor {\n      id\n      name\n    }\n    student {\n      id\n      name\n    }\n    attendance {\n      tutorStatus\n      studentStatus\n      tutorMarked\n      studentMarked\n      marked\n      version\n    }\n    whiteboardSession {\n      id\n      presence {\n        version\n        tutor {\n          connected\n          active\n        }\n        student {\n          connected\n          active\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment RowFields on Session {\n    id\n    title\n    status\n    scheduledStart\n    scheduledEnd\n    timeZone\n    endedAt\n    tutor {\n      id\n      name\n    }\n    student {\n      id\n      name\n    }\n    attendance {\n      tutorStatus\n      studentStatus\n      tutorMarked\n      studentMarked\n      marked\n      version\n    }\n    whiteboardSession {\n      id\n      presence {\n        version\n        tutor {\n          connected\n          active\n        }\n        student {\n          connected\n          active\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions($filter: SessionFilter, $first: Int, $after: String) {\n    sessions(filter: $filter, first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      nodes {\n        ...RowFields\n      }\n    }\n  }\n"): (typeof documents)["\n  query Sessions($filter: SessionFilter, $first: Int, $after: String) {\n    sessions(filter: $filter, first: $first, after: $after) {\n      totalCount\n      pageInfo {\n        endCursor\n        hasNextPage\n      }\n      nodes {\n        ...RowFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Feed {\n    sessionChanges {\n      ...RowFields\n    }\n  }\n"): (typeof documents)["\n  subscription Feed {\n    sessionChanges {\n      ...RowFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ParticipantSuggestionFields on ParticipantSuggestion {\n    role\n    status\n    confidence\n    rule\n    reasons\n    metrics {\n      connected\n      latenessMinutes\n      engagementPercentage\n      activeMinutes\n      sessionMinutes\n      leftEarly\n      earlyDepartureMinutes\n    }\n  }\n"): (typeof documents)["\n  fragment ParticipantSuggestionFields on ParticipantSuggestion {\n    role\n    status\n    confidence\n    rule\n    reasons\n    metrics {\n      connected\n      latenessMinutes\n      engagementPercentage\n      activeMinutes\n      sessionMinutes\n      leftEarly\n      earlyDepartureMinutes\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LessonFields on Session {\n    ...RowFields\n    attendance {\n      source\n      markedAt\n      notes\n      markedBy {\n        id\n        name\n      }\n    }\n    attendanceHistory(first: 100) {\n      totalCount\n      nodes {\n        id\n        at\n        source\n        notes\n        overrodeOwnSuggestion\n        tutorStatusBefore\n        tutorStatusAfter\n        studentStatusBefore\n        studentStatusAfter\n        actor {\n          id\n          name\n        }\n      }\n    }\n    attendanceSuggestion {\n      isFinal\n      hasWhiteboard\n      recommendation\n      policyVersion\n      tutor {\n        ...ParticipantSuggestionFields\n      }\n      student {\n        ...ParticipantSuggestionFields\n      }\n    }\n    whiteboardSession {\n      openedAt\n      evidenceRemovedAt\n      spans {\n        connectionId\n        role\n        active\n        startedAt\n        endedAt\n        endReason\n        lastSeenAt\n      }\n    }\n  }\n"): (typeof documents)["\n  fragment LessonFields on Session {\n    ...RowFields\n    attendance {\n      source\n      markedAt\n      notes\n      markedBy {\n        id\n        name\n      }\n    }\n    attendanceHistory(first: 100) {\n      totalCount\n      nodes {\n        id\n        at\n        source\n        notes\n        overrodeOwnSuggestion\n        tutorStatusBefore\n        tutorStatusAfter\n        studentStatusBefore\n        studentStatusAfter\n        actor {\n          id\n          name\n        }\n      }\n    }\n    attendanceSuggestion {\n      isFinal\n      hasWhiteboard\n      recommendation\n      policyVersion\n      tutor {\n        ...ParticipantSuggestionFields\n      }\n      student {\n        ...ParticipantSuggestionFields\n      }\n    }\n    whiteboardSession {\n      openedAt\n      evidenceRemovedAt\n      spans {\n        connectionId\n        role\n        active\n        startedAt\n        endedAt\n        endReason\n        lastSeenAt\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Lesson($id: ID!) {\n    session(id: $id) {\n      ...LessonFields\n    }\n  }\n"): (typeof documents)["\n  query Lesson($id: ID!) {\n    session(id: $id) {\n      ...LessonFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Presence($whiteboard: ID!) {\n    presence(whiteboardSessionId: $whiteboard) {\n      whiteboardSessionId\n      version\n      event\n      tutor {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n      student {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Presence($whiteboard: ID!) {\n    presence(whiteboardSessionId: $whiteboard) {\n      whiteboardSessionId\n      version\n      event\n      tutor {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n      student {\n        connected\n        active\n        lastActivityAt\n        totalActiveSeconds\n        openConnections\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Mark($input: MarkAttendanceInput!) {\n    markAttendance(input: $input) {\n      ...LessonFields\n    }\n  }\n"): (typeof documents)["\n  mutation Mark($input: MarkAttendanceInput!) {\n    markAttendance(input: $input) {\n      ...LessonFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation OpenWhiteboard($sessionId: ID!) {\n    openWhiteboard(sessionId: $sessionId) {\n      id\n      session {\n        ...LessonFields\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation OpenWhiteboard($sessionId: ID!) {\n    openWhiteboard(sessionId: $sessionId) {\n      id\n      session {\n        ...LessonFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndLesson($sessionId: ID!) {\n    endSession(sessionId: $sessionId) {\n      ...LessonFields\n    }\n  }\n"): (typeof documents)["\n  mutation EndLesson($sessionId: ID!) {\n    endSession(sessionId: $sessionId) {\n      ...LessonFields\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;