import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * On every answer. An API has no page that another could frame, load or guess the type of; the one page there is, GraphiQL,
 * says in itself what it may load. HSTS is for the proxy that speaks TLS: here nobody knows whether one does.
 */
export const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** For a page that brings its own policy: two policies are both kept, and that of the others allows nothing. */
export const PAGE_POLICY = "frame-ancestors 'none'";

const PLAIN = /^[\w.-]{1,64}$/;

/** The id that a client or a proxy gave its request, if it can stand in a log as it is; else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && PLAIN.test(given) ? given : randomUUID();
}
