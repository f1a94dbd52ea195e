// What one would write without Rollcall: graphql-ws on ws, as its documentation has it, and two statements by key for each
// operation. It looks at no token, and answers what hostile clients' healthy neighbours ask for. DATABASE_URL names a database
// with Rollcall's tables.
import { createServer } from "node:http";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import pg from "pg";
import { WebSocketServer } from "ws";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

async function sessionOf(whiteboard) {
  const ofWhiteboard = "SELECT session_id FROM whiteboard_sessions WHERE id = $1";
  const session = "SELECT tutor_id, student_id, status FROM sessions WHERE id = $1";
  const [{ session_id: id }] = (await pool.query({ name: "whiteboard", text: ofWhiteboard, values: [whiteboard] }))
    .rows;
  return (await pool.query({ name: "session", text: session, values: [id] })).rows[0];
}

const schema = buildSchema(`
  type Participant { connected: Boolean! }
  type Presence { student: Participant! }
  type Connection { id: ID! }
  input ConnectInput { whiteboardSessionId: ID! }
  type Query { connectionStatus(whiteboardSessionId: ID!): Presence! }
  type Mutation { connect(input: ConnectInput!): Connection! heartbeat(connectionId: ID!): Connection! }
`);
const roots = {
  query: {
    async connectionStatus({ whiteboardSessionId }) {
      const { status } = await sessionOf(whiteboardSessionId);
      return { student: { connected: status !== "CANCELLED" } };
    },
  },
  mutation: {
    async connect({ input }) {
      await sessionOf(input.whiteboardSessionId);
      return { id: input.whiteboardSessionId };
    },
    async heartbeat({ connectionId }) {
      await sessionOf(connectionId);
      return { id: connectionId };
    },
  },
};

const http = createServer((_req, res) => {
  const { user, system } = process.cpuUsage();
  res.write(`process_resident_memory_bytes ${process.memoryUsage.rss()}\n`);
  res.end(`process_cpu_seconds_total ${(user + system) / 1_000_000}\n`);
});
useServer({ schema, roots }, new WebSocketServer({ server: http, path: "/graphql" }));
http.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${http.address().port}/graphql` }));
});
