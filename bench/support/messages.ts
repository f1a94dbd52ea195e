import { randomUUID } from "node:crypto";
import type { Opening } from "../load/jobs.ts";
import type { ServerProcess } from "./process.ts";
import { tokenFor } from "./product.ts";

// Messages of graphql-transport-ws.

export const webSocketOf = ({ url }: ServerProcess): string => url.href.replace("http", "ws");

const subscribe = (id: string, query: string, variables: object): string =>
  JSON.stringify({ id, type: "subscribe", payload: { query, variables } });

export const BEAT_DONE = '"id":"beat","type":"complete"';

export const initOf = async (user: number, role: "tutor" | "student"): Promise<string> =>
  JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${await tokenFor(user, role)}` } });

/** Connected to a whiteboard session, and the heartbeat of that connection. */
export async function beatingSocket(
  server: ServerProcess,
  room: number,
  student: number,
): Promise<Opening & { readonly message: string }> {
  const connectionId = randomUUID();
  const connect = subscribe(
    "connect",
    "mutation ($room: ID!, $id: ID!) { connect(input: { whiteboardSessionId: $room, connectionId: $id }) { id } }",
    { room: String(room), id: connectionId },
  );
  const beat = "mutation ($id: ID!) { heartbeat(connectionId: $id) { lastActivityAt } }";
  return {
    url: webSocketOf(server),
    protocol: "graphql-transport-ws",
    hello: [await initOf(student, "student"), connect],
    message: subscribe("beat", beat, { id: connectionId }),
  };
}
