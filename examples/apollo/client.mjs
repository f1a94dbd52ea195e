// Apollo Client for Rollcall, in browsers and in Node.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import { resubscribing } from "rollcall/client";

/** Of two states of the same thing the one with the higher version is the newer, whichever came last. */
const newer = (kept, come, { readField }) =>
  kept && readField("version", come) < readField("version", kept) ? kept : come;

const typePolicies = {
  Presence: { keyFields: ["whiteboardSessionId"] },
  AttendanceSuggestion: { keyFields: ["sessionId"] },
  // Parts of something else, without an id: replaced as a whole.
  Attendance: { merge: newer },
  ParticipantPresence: { merge: false },
};

/** 0.5 s to 30 s, and not everybody at once when a server comes back. */
const retryWait = (tries) =>
  new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 1000 * 2 ** tries) * (0.5 + Math.random() / 2)));

/** `token` is asked for every request and every new socket. Node before 22 has no WebSocket: pass that of `ws`. */
export function rollcall({ url, token, webSocket }) {
  const bearer = async () => ({ authorization: `Bearer ${await token()}` });
  const headers = new SetContextLink(async (context) => ({ headers: { ...context.headers, ...(await bearer()) } }));
  const socket = createClient({
    url: url.replace(/^http/, "ws"),
    webSocketImpl: webSocket,
    connectionParams: bearer,
    keepAlive: 10_000,
    retryAttempts: Infinity,
    retryWait,
  });
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === "subscription",
      // graphql-ws tries a lost socket again; this also what the server ended for now.
      new GraphQLWsLink(resubscribing(socket)),
      headers.concat(new HttpLink({ uri: url })),
    ),
    cache: new InMemoryCache({ typePolicies }),
  });
}
