import type { Client } from "graphql-ws/client";

/** A client pings after so many milliseconds; together with the time for the answer that is less than the lease of 35 s. */
export const PING_MS = 15_000;
const PONG_WITHIN_MS = 10_000;

/**
 * Ends a socket whose network has gone without a word: browsers show a page none of the server's own pings, and keep a
 * dead socket open for minutes. The client must have a `keepAlive`.
 */
export function endWhenSilent(client: Client, pongWithinMs = PONG_WITHIN_MS): void {
  let patience: ReturnType<typeof setTimeout> | undefined;
  client.on("ping", (received) => {
    if (!received) patience = setTimeout(() => client.terminate(), pongWithinMs);
  });
  client.on("pong", (received) => {
    if (received) clearTimeout(patience);
  });
  client.on("closed", () => clearTimeout(patience));
}
