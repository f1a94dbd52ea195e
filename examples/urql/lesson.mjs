// Shows a lesson live, and marks its student with the status that you type (present, late, absent, excused):
//   TOKEN=$(npm run -s token -- --user 1 --role tutor) node examples/urql/lesson.mjs 1
import { createInterface } from "node:readline";
import { gql } from "@urql/core";
import WebSocket from "ws";
import { rollcall } from "./client.mjs";

const { TOKEN, URL = "http://localhost:4000/graphql" } = process.env;
const client = rollcall({ url: URL, token: () => TOKEN, webSocket: WebSocket });

const there = gql`
  fragment There on Presence {
    whiteboardSessionId
    version
    student {
      connected
      active
      totalActiveSeconds
    }
  }
`;
const decided = gql`
  fragment Decided on Session {
    id
    attendance {
      studentStatus
      studentMarked
      version
    }
  }
`;
const LESSON = gql`
  query Lesson($id: ID!) {
    session(id: $id) {
      ...Decided
      student {
        id
        name
      }
      whiteboardSession {
        id
        presence {
          ...There
        }
      }
    }
  }
  ${decided}
  ${there}
`;
const PRESENCE = gql`
  subscription Presence($whiteboard: ID!) {
    presence(whiteboardSessionId: $whiteboard) {
      ...There
    }
  }
  ${there}
`;
const MARK = gql`
  mutation Mark($input: MarkAttendanceInput!) {
    markAttendance(input: $input) {
      ...Decided
    }
  }
  ${decided}
`;

function draw({ student, attendance, whiteboardSession }) {
  const { connected, active, totalActiveSeconds } = whiteboardSession.presence.student;
  const state = connected ? (active ? "here" : "idle") : "away";
  const mark = attendance.studentMarked ? attendance.studentStatus : "not marked";
  console.log(`${student.name}: ${state}, active for ${totalActiveSeconds} s, ${mark}`);
}

const variables = { id: process.argv[2] };
const { data, error } = await client.query(LESSON, variables);
if (!data?.session?.whiteboardSession) throw error ?? new Error("No such session, or its whiteboard is not open yet.");

// One query is all that is drawn: presence and marks reach it through the cache.
client.query(LESSON, variables).subscribe(({ data }) => data?.session && draw(data.session));
client
  .subscription(PRESENCE, { whiteboard: data.session.whiteboardSession.id })
  .subscribe(({ error }) => error && console.error(error.message));

for await (const line of createInterface({ input: process.stdin })) {
  const input = { sessionId: data.session.id, studentStatus: line.trim().toUpperCase() };
  const { error } = await client.mutation(MARK, { input });
  if (error) console.error(error.message);
}
process.exit();
