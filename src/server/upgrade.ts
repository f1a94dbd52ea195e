import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HEADERS } from "./headers.ts";

/** Answers a request for a socket that nobody gets. @param status such as "403 Forbidden" */
export function refuse(socket: Duplex, status: string, more: Readonly<Record<string, string>> = {}): void {
  const headers = { connection: "close", "content-length": "0", ...HEADERS, ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // Nobody else looks after it any more: a client that kept its half open would keep it for ever.
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`);
}

/** Answers what asks for a socket, but not as WebSocket does. */
export function refuseHandshake(socket: Duplex, { method }: IncomingMessage): void {
  if (method === "GET") refuse(socket, "400 Bad Request", { "sec-websocket-version": "13" });
  else refuse(socket, "405 Method Not Allowed", { allow: "GET" });
}

const BROKEN: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** Answers what is no HTTP, or too slow or too large to be read as such: Node would, without our headers. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Of an answer that has begun this would become a part.
  const { _httpMessage: answering } = socket as { _httpMessage?: ServerResponse | null };
  if (!socket.writable || answering?.headersSent) socket.destroy();
  else refuse(socket, BROKEN[error.code ?? ""] ?? "400 Bad Request");
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
