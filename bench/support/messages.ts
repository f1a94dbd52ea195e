import { randomUUID } from "node:crypto";
import type { Opening } from "../load/jobs.ts";
import type { ServerProcess } from "./process.ts";
import type { Role } from "../../src/auth/claims.ts";
import { tokenFor } from "./product.ts";

// Messages of graphql-transport-ws.

export const webSocketOf = ({ url }: ServerProcess): string => url.href.replace("http", "ws");

const subscribe = (id: string, query: string, variables: object): string =>
  JSON.stringify({ id, type: "subscribe", payload: { query, variables } });

export const BEAT_DONE = '"id":"beat","type":"complete"';

/** What every answer ends with, and what holds its data. */
export const COMPLETE = '"type":"complete"';
const NEXT = '"type":"next"';

const CONNECT = `mutation ($whiteboard: ID!, $id: ID!) {
  connect(input: { whiteboardSessionId: $whiteboard, connectionId: $id }) { id } }`;
const DISCONNECT = "mutation ($id: ID!) { disconnect(connectionId: $id) { open } }";
const BEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { lastActivityAt } }";
const PRESENCE = `subscription ($whiteboard: ID!) {
  presence(whiteboardSessionId: $whiteboard) { version event tutor { connected } student { connected openConnections } } }`;
const ATTEND = `subscription ($whiteboard: ID!) {
  attend(whiteboardSessionId: $whiteboard) { connectionId version event tutor { connected } student { connected } } }`;

/** Somebody who said who they are, and then that. */
export async function socketOf(
  server: ServerProcess,
  who: { readonly user: number; readonly role: Role },
  ...hello: Opening["hello"]
): Promise<Opening> {
  const payload = { authorization: `Bearer ${await tokenFor(who.user, who.role)}` };
  const init = { text: JSON.stringify({ type: "connection_init", payload }), until: '"connection_ack"' };
  return { url: webSocketOf(server), protocol: "graphql-transport-ws", hello: [init, ...hello] };
}

export const connectTo = (whiteboard: number, connectionId: string): string =>
  subscribe("connect", CONNECT, { whiteboard: String(whiteboard), id: connectionId });
export const beatOf = (connectionId: string): string => subscribe("beat", BEAT, { id: connectionId });
/** Follows presence. */
export const presenceOf = (whiteboard: number) => ({
  text: subscribe("presence", PRESENCE, { whiteboard: String(whiteboard) }),
  until: NEXT,
});
/** Is present by being there. */
export const attendIn = (whiteboard: number) => ({
  text: subscribe("attend", ATTEND, { whiteboard: String(whiteboard) }),
  until: NEXT,
});

/** Connected, and the heartbeat of that connection. */
export async function beatingSocket(server: ServerProcess, whiteboard: number, student: number) {
  const connectionId = randomUUID();
  const connect = { text: connectTo(whiteboard, connectionId), until: COMPLETE };
  const opening = await socketOf(server, { user: student, role: "student" }, connect);
  return { ...opening, message: beatOf(connectionId) };
}

/** Connects and disconnects, in turn. */
export function comingAndGoing(whiteboard: number, times: number): string[] {
  return Array.from({ length: times }, () => randomUUID()).flatMap((id) => [
    connectTo(whiteboard, id),
    subscribe("disconnect", DISCONNECT, { id }),
  ]);
}
