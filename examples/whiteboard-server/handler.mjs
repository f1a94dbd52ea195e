// A whiteboard's own WebSocket server, which tells Rollcall who is there:
//   TOKEN=$(npm run -s token -- --user 9 --role service) PORT=4100 node examples/whiteboard-server/handler.mjs
// and for whoever draws: ws://localhost:4100/?user=2&whiteboard=1
import { randomUUID } from "node:crypto";
import { WebSocketServer } from "ws";

const { TOKEN, URL: rollcall = "http://localhost:4000/graphql", PORT = "4100" } = process.env;

const CONNECT = `mutation ($input: ConnectInput!) { connect(input: $input) { heartbeatSeconds } }`;
const HEARTBEAT = `mutation ($id: ID!, $activity: Activity!) {
  heartbeat(connectionId: $id, activity: $activity) { open } }`;
const DISCONNECT = `mutation ($id: ID!) { disconnect(connectionId: $id) { open } }`;

/** Sends one operation; what Rollcall refuses is thrown with its code, and what it cannot answer with none. */
async function ask(query, variables) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(rollcall, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors) throw Object.assign(new Error(errors[0].message), { code: errors[0].extensions.code });
  return data;
}

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(PORT) });
server.on("listening", () => console.log(`ready on ${PORT}`));
server.on("connection", async (socket, request) => {
  // Who it is, and where, your handler knows already.
  const { user, whiteboard } = Object.fromEntries(new URL(request.url, "ws://whiteboard").searchParams);
  /** The connection that Rollcall has of this socket; null while there is none to beat or to end. */
  let id = null;
  let activity = "HEARTBEAT";
  let timer = null;

  async function connect() {
    // An id of our own: the same one again is no second connection.
    const connectionId = randomUUID();
    const input = { whiteboardSessionId: whiteboard, userId: user, connectionId };
    const { heartbeatSeconds } = (await ask(CONNECT, { input })).connect;
    id = connectionId;
    // Who has left meanwhile had no id to leave with.
    if (socket.readyState !== socket.OPEN) await leave();
    return heartbeatSeconds;
  }

  async function leave() {
    const left = id;
    id = null;
    if (left !== null) await ask(DISCONNECT, { id: left });
  }

  async function beat() {
    if (id === null) return;
    const what = activity;
    // Nothing drawn until the next beat is idle.
    activity = "IDLE";
    try {
      await ask(HEARTBEAT, { id, activity: what }).catch((problem) => {
        if (problem.code !== "CONNECTION_EXPIRED") throw problem;
        return connect();
      });
    } catch (problem) {
      if (problem.code === "SESSION_ENDED") socket.close(1000, "The lesson is over");
      else report(problem);
    }
  }

  socket.on("message", () => (activity = "DRAW"));
  socket.on("close", () => {
    clearInterval(timer);
    leave().catch(report);
  });
  try {
    const seconds = await connect();
    if (socket.readyState === socket.OPEN) timer = setInterval(beat, seconds * 1000);
    console.log(`${user} is in ${whiteboard}`);
  } catch (problem) {
    report(problem);
    socket.close(1008, problem.code);
  }
});

/** A lost heartbeat is not worth more: Rollcall ends after 35 s of silence what nobody ends. */
const report = (problem) => console.error(problem.code ?? "UNAVAILABLE", problem.message);
