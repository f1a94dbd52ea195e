// urql with its normalising cache for Rollcall, in browsers and in Node.
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { createClient } from "graphql-ws";
import { resubscribing } from "rollcall/client";

const part = () => null;

const cache = cacheExchange({
  keys: {
    Presence: ({ whiteboardSessionId }) => whiteboardSessionId,
    AttendanceSuggestion: ({ sessionId }) => sessionId,
    // Parts of something else, without an id.
    Attendance: part,
    AttendanceMetrics: part,
    ConnectionSpan: part,
    ParticipantPresence: part,
    ParticipantSuggestion: part,
  },
  updates: {
    Mutation: { scheduleSession: (_answer, _variables, store) => store.invalidate("Query", "sessions") },
  },
});

/** 0.5 s to 30 s, and not everybody at once when a server comes back. */
const retryWait = (tries) =>
  new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 1000 * 2 ** tries) * (0.5 + Math.random() / 2)));

/** `token` is asked for every request and every new socket. Node before 22 has no WebSocket: pass that of `ws`. */
export function rollcall({ url, token, webSocket }) {
  const bearer = () => ({ authorization: `Bearer ${token()}` });
  // graphql-ws tries a lost socket again; `resubscribing` also what the server ended for now.
  const socket = resubscribing(
    createClient({
      url: url.replace(/^http/, "ws"),
      webSocketImpl: webSocket,
      connectionParams: bearer,
      keepAlive: 10_000,
      retryAttempts: Infinity,
      retryWait,
    }),
  );
  const forwardSubscription = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
  });
  return new Client({
    url,
    // Queries in addresses end up in logs.
    preferGetMethod: false,
    fetchOptions: () => ({ headers: bearer() }),
    exchanges: [cache, fetchExchange, subscriptionExchange({ forwardSubscription })],
  });
}
