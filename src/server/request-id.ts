import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

const PLAIN = /^[\w.-]{1,64}$/;

/** The id that a client or a proxy gave its request, if it can stand in a log as it is; else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && PLAIN.test(given) ? given : randomUUID();
}
