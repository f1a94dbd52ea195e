import { randomUUID } from "node:crypto";
import type { Client } from "graphql-ws";
import type { Caller, TestApp } from "./app.ts";
import { STUDENT } from "./lesson.ts";
import { read } from "./reader.ts";

const ONE = "connected active connectedAt disconnectedAt lastActivityAt totalActiveSeconds openConnections";
const PRESENCE = `version event connectionId tutor { ${ONE} } student { ${ONE} }`;
const CONNECTION = "id role open lastActivityAt";

export const CONNECT = `mutation ($input: ConnectInput!) { connect(input: $input) { ${CONNECTION} } }`;
export const HEARTBEAT = `mutation ($id: ID!, $activity: Activity) {
  heartbeat(connectionId: $id, activity: $activity) { ${CONNECTION} } }`;
export const DISCONNECT = `mutation ($id: ID!) { disconnect(connectionId: $id) { ${CONNECTION} } }`;
export const STATUS = `query ($whiteboard: ID!) { connectionStatus(whiteboardSessionId: $whiteboard) { ${PRESENCE} } }`;
export const REPORT = `mutation ($whiteboard: ID!, $events: [ConnectionEventInput!]!, $evidence: Evidence) {
  recordConnectionEvents(whiteboardSessionId: $whiteboard, events: $events, evidence: $evidence) { ${PRESENCE} } }`;
export const END = "mutation ($id: ID!) { endSession(sessionId: $id) { status endedAt } }";
export const CANCEL = "mutation ($id: ID!) { cancelSession(sessionId: $id) { status endedAt } }";
export const WATCH = `subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { ${PRESENCE} } }`;
export const ATTEND = `subscription ($whiteboard: ID!, $id: ID) {
  attend(whiteboardSessionId: $whiteboard, connectionId: $id) { ${PRESENCE} } }`;
const SPANS = `query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) {
  spans { role active startedAt lastSeenAt endedAt endReason } } }`;
const SESSION = "query ($id: ID!) { session(id: $id) { status endedAt whiteboardSession { closedAt } } }";

export interface Presence {
  readonly version: number;
  readonly event: string;
  readonly connectionId: string | null;
  readonly tutor: ParticipantPresence;
  readonly student: ParticipantPresence;
}

export interface ParticipantPresence {
  readonly connected: boolean;
  readonly active: boolean;
  readonly connectedAt: string | null;
  readonly disconnectedAt: string | null;
  readonly lastActivityAt: string | null;
  readonly totalActiveSeconds: number;
  readonly openConnections: number;
}

export interface Connected {
  readonly id: string;
  readonly role: string;
  readonly open: boolean;
  readonly lastActivityAt: string;
}

/** Times as `HH:MM:SS` of their day, with milliseconds where there are any. */
export function short<T>(value: T): T {
  const brief = (_key: string, part: unknown) => {
    const time = typeof part === "string" ? /^\d{4}-\d\d-\d\dT([\d:]{8})(\.\d{3})Z$/.exec(part) : null;
    return time === null ? part : `${time[1]}${time[2] === ".000" ? "" : time[2]}`;
  };
  return JSON.parse(JSON.stringify(value), brief) as T;
}

export async function connect(caller: Caller, whiteboard: string, input: object = {}): Promise<Connected> {
  const data = await caller.get<{ connect: Connected }>(CONNECT, {
    input: { whiteboardSessionId: whiteboard, ...input },
  });
  return short(data.connect);
}

export async function beat(caller: Caller, id: string, activity = "HEARTBEAT"): Promise<Connected> {
  return short((await caller.get<{ heartbeat: Connected }>(HEARTBEAT, { id, activity })).heartbeat);
}

export async function leave(caller: Caller, id: string): Promise<Connected> {
  return short((await caller.get<{ disconnect: Connected }>(DISCONNECT, { id })).disconnect);
}

export async function status(caller: Caller, whiteboard: string): Promise<Presence> {
  return short((await caller.get<{ connectionStatus: Presence }>(STATUS, { whiteboard })).connectionStatus);
}

export async function session(caller: Caller, id: string) {
  type Read = { status: string; endedAt: string | null; whiteboardSession: { closedAt: string | null } | null };
  return short((await caller.get<{ session: Read }>(SESSION, { id })).session);
}

export const end = (caller: Caller, id: string) => caller.get<unknown>(END, { id });

export const watch = (client: Client, whiteboard: string) => read<Presence>(client, WATCH, { whiteboard }, "presence");

export const attend = (client: Client, whiteboard: string, id?: string) =>
  read<Presence>(client, ATTEND, { whiteboard, id }, "attend");

interface Spans {
  role: string;
  active: boolean;
  startedAt: string;
  lastSeenAt: string;
  endedAt: string | null;
  endReason: string | null;
}

/** Spans as one line each, sorted: «STUDENT 16:00:00 - 16:00:30 DISCONNECTED», «TUTOR 16:00:00 - (16:00:15) idle». */
export async function spans(caller: Caller, whiteboard: string): Promise<string[]> {
  const { whiteboardSession } = await caller.get<{ whiteboardSession: { spans: Spans[] } }>(SPANS, { whiteboard });
  const line = (s: Spans) => {
    const until = s.endedAt === null ? `(${s.lastSeenAt})` : `${s.endedAt} ${s.endReason}`;
    return `${s.role} ${s.startedAt} - ${until}${s.active ? "" : " idle"}`;
  };
  return short(whiteboardSession.spans).map(line).sort();
}

export interface Reported {
  readonly connectionId: string;
  readonly userId: number;
  readonly kind: "CONNECT" | "HEARTBEAT" | "DISCONNECT";
  /** `HH:MM[:SS[.mmm]]` of the clock's day. */
  readonly at: string;
  readonly activity?: string;
}

/** Events of one connection, the student's unless told: «CONNECT 16:00», «HEARTBEAT 16:00:20 IDLE». */
export function story(steps: readonly string[], connectionId: string = randomUUID(), userId = STUDENT): Reported[] {
  return steps.map((step) => {
    const [kind, at = "", activity] = step.split(" ");
    return {
      connectionId,
      userId,
      kind: kind as Reported["kind"],
      at,
      ...(activity === undefined ? {} : { activity }),
    };
  });
}

/** Variables of REPORT. */
export function reported(app: TestApp, whiteboard: string, events: readonly Reported[], evidence = "LEASED") {
  const inputs = events.map((event) => {
    return { ...event, userId: String(event.userId), at: new Date(app.clock.at(event.at)).toISOString() };
  });
  return { whiteboard, evidence, events: inputs };
}

export async function report(
  app: TestApp,
  by: Caller,
  whiteboard: string,
  events: readonly Reported[],
  evidence = "LEASED",
) {
  const variables = reported(app, whiteboard, events, evidence);
  return short((await by.get<{ recordConnectionEvents: Presence }>(REPORT, variables)).recordConnectionEvents);
}

/** Moves to 15:00 of the next day: a test has a day of its own, whatever the ones before it left behind. */
export function newDay(app: TestApp): void {
  const day = new Date(app.clock.now());
  app.clock.jumpTo(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1, 15));
}

export const jump = (app: TestApp, time: string) => app.clock.jumpTo(app.clock.at(time));
