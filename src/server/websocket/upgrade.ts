import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HEADERS } from "../http/headers.ts";

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

/** Whether it asks for a WebSocket, and not for anything else that a connection may turn into. */
export function asksForSocket({ headers }: IncomingMessage): boolean {
  return (headers.upgrade ?? "").split(",").some((protocol) => protocol.trim().toLowerCase() === "websocket");
}

/** What asks for another protocol, in lower case. */
const ASKING = ["connection", "upgrade", "http2-settings"];

/**
 * Serves a request as if it had not asked for another protocol, as a server may (RFC 9110, 7.8). Java's HttpClient asks for
 * HTTP/2 in the first request over every connection unless told otherwise, and Node leaves no choice: what asks at all
 * is no request any more.
 */
export function serveUnchanged(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders, headers } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!ASKING.includes(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  if (/\bclose\b/i.test(headers.connection ?? "")) lines.push("connection: close");
  const text = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  // Nobody else listens while it waits, and an error without a listener would end the process.
  const fail = () => socket.destroy();
  socket.on("error", fail);
  afterAnswers(socket, () => {
    socket.off("error", fail);
    socket.unshift(Buffer.concat([text, head]));
    server.emit("connection", socket);
  });
}

/** The answer that a connection is about to give, to a request before. */
const answerOf = (socket: Duplex) => (socket as { _httpMessage?: ServerResponse | null })._httpMessage;

/** Answers come in the order of their requests, also where a client sends those before it has the first answer. */
function afterAnswers(socket: Duplex, go: () => void): void {
  const answering = answerOf(socket);
  if (answering) answering.once("finish", () => afterAnswers(socket, go));
  else if (!socket.destroyed) go();
}

const BROKEN: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** Answers what is no HTTP, or too slow or too large to be read as such: Node would, without our headers. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Of an answer that has begun this would become a part.
  if (!socket.writable || answerOf(socket)?.headersSent) socket.destroy();
  else refuse(socket, BROKEN[error.code ?? ""] ?? "400 Bad Request");
}
