import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { HEADERS } from "./headers.ts";

/** Answers a request for a socket that nobody gets. @param status such as "403 Forbidden" */
export function refuse(socket: Duplex, status: string): void {
  const headers = { connection: "close", "content-length": "0", ...HEADERS };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`);
}

/** Whether a page of that origin may open a socket here. Programs send none. */
export function originAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
