// Prints the presence of a whiteboard session as it changes:
//   TOKEN=$(npm run -s token -- --user 1 --role tutor) node examples/graphql-ws/watch.mjs 1
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const client = createClient({
  url: process.env.URL ?? "ws://localhost:4000/graphql",
  webSocketImpl: WebSocket,
  connectionParams: { authorization: `Bearer ${process.env.TOKEN}` },
});

const query = `subscription ($id: ID!) {
  presence(whiteboardSessionId: $id) { event version tutor { connected } student { connected totalActiveSeconds } }
}`;

try {
  for await (const { data, errors } of client.iterate({ query, variables: { id: process.argv[2] } })) {
    console.log(JSON.stringify(data?.presence ?? errors));
  }
} catch (problem) {
  // A socket that could not be opened, or the code that the server closed it with: 4403 means the token.
  console.error(problem.message ?? `The server closed the socket: ${problem.code} ${problem.reason}`);
  process.exitCode = 1;
}
