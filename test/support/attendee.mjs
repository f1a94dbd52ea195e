// A participant in a process of its own, to be frozen or killed: node attendee.mjs URL TOKEN ROOM
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token, whiteboard] = process.argv.slice(2);
const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` } });
const query = "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { connectionId event } }";
for await (const { data } of client.iterate({ query, variables: { whiteboard } }))
  console.log(JSON.stringify(data.attend));
