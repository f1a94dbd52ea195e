// A participant in a process of its own, to be frozen or killed: node attendee.mjs URL TOKEN ROOM
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token, room] = process.argv.slice(2);
const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` } });
const query = "subscription ($room: ID!) { attend(whiteboardSessionId: $room) { connectionId event } }";
for await (const { data } of client.iterate({ query, variables: { room } })) console.log(JSON.stringify(data.attend));
