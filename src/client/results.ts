import type { Client, FormattedExecutionResult } from "graphql-ws/client";
import { RollcallRequestError, type ServerError, socketError } from "./errors.ts";

export interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly ServerError[];
}

/** The data of an answer. @throws RollcallRequestError when it holds errors */
export function dataOf<T>({ data, errors }: Answer<T>): T {
  if (errors !== undefined && errors.length > 0) throw new RollcallRequestError(errors, { data });
  return data as T;
}

/**
 * Starts an operation over the socket and reads its results in order. What comes between two reads waits; leaving the
 * loop stops the operation. (graphql-ws's own `iterate` waits for ever when the refusal comes before the first read.)
 */
export function results<T>(client: Client, operation: Operation): AsyncIterableIterator<T, undefined> {
  const waiting: Answer<T>[] = [];
  const readers: (() => void)[] = [];
  const end: { over: boolean; error: RollcallRequestError | null } = { over: false, error: null };
  const wake = () => readers.splice(0).forEach((reader) => reader());
  const finish = (error: RollcallRequestError | null) => {
    if (!end.over) Object.assign(end, { over: true, error });
    wake();
  };
  const stop = client.subscribe<T, unknown>(operation, {
    next(result: FormattedExecutionResult<T, unknown>) {
      waiting.push(result);
      wake();
    },
    error: (reason) => finish(socketError(reason)),
    complete: () => finish(null),
  });
  const leave = () => {
    waiting.length = 0;
    end.error = null;
    finish(null);
    stop();
  };
  const read = (answer: Answer<T>): T => {
    try {
      return dataOf(answer);
    } catch (error) {
      leave();
      throw error;
    }
  };
  return {
    async next() {
      while (waiting.length === 0 && !end.over) await new Promise<void>((resolve) => readers.push(resolve));
      const answer = waiting.shift();
      if (answer !== undefined) return { done: false, value: read(answer) };
      const { error } = end;
      end.error = null;
      if (error !== null) throw error;
      return { done: true, value: undefined };
    },
    async return() {
      leave();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/* What a client of Rollcall asks, typed, by the names in operations.graphql. One by one: what is not used is not bundled. */
export {
  ParticipantFieldsFragmentDoc as ParticipantFields,
  PresenceFieldsFragmentDoc as PresenceFields,
  ConnectionFieldsFragmentDoc as ConnectionFields,
  AttendanceFieldsFragmentDoc as AttendanceFields,
  SessionFieldsFragmentDoc as SessionFields,
  ParticipantSuggestionFieldsFragmentDoc as ParticipantSuggestionFields,
  SuggestionFieldsFragmentDoc as SuggestionFields,
  MarkFieldsFragmentDoc as MarkFields,
  ScheduleSessionDocument as ScheduleSession,
  OpenWhiteboardDocument as OpenWhiteboard,
  ConnectDocument as Connect,
  HeartbeatDocument as Heartbeat,
  DisconnectDocument as Disconnect,
  EndSessionDocument as EndSession,
  AttendanceSuggestionDocument as AttendanceSuggestion,
  MarkAttendanceDocument as MarkAttendance,
  MeDocument as Me,
  SessionDocument as Session,
  SessionsDocument as Sessions,
  WhiteboardSessionDocument as WhiteboardSession,
  ConnectionStatusDocument as ConnectionStatus,
  UpsertUserDocument as UpsertUser,
  CancelSessionDocument as CancelSession,
  RecordConnectionEventsDocument as RecordConnectionEvents,
  PresenceDocument as Presence,
  SessionChangesDocument as SessionChanges,
  AttendDocument as Attend,
} from "./generated/graphql.ts";
