import { connect } from "node:net";
import { OperationTypeNode } from "graphql";
import { schema } from "../../src/graphql/schema/schema.ts";
import { forge } from "./forged-tokens.ts";
import { type FuzzReport, type FuzzTarget, note, STATUSES } from "./fuzz-report.ts";
import { oneOf, type Random } from "./wild-values.ts";
import { damaged, wildOperation } from "./wild-operations.ts";

/** Requests that are none of GraphQL's, and tokens that nobody issued. */
export async function badRequests(
  { url, tokens, known }: FuzzTarget,
  random: Random,
  report: FuzzReport,
): Promise<void> {
  const body = JSON.stringify(wildOperation(random, schema, OperationTypeNode.QUERY, known));
  const token = oneOf(random, tokens);
  const headers: Record<string, string> = {
    "content-type": oneOf(random, ["application/json", "application/json", "text/plain", "multipart/form-data", "a/b"]),
    accept: oneOf(random, ["application/json", "application/graphql-response+json", "text/event-stream", "*/*"]),
    authorization: `Bearer ${random() < 0.5 ? token : damaged(random, token).replace(/[^\x21-\x7e]/g, "")}`,
  };
  const query = new URLSearchParams({ query: damaged(random, "{ me { id } }"), variables: damaged(random, "{}") });
  const get = random() < 0.3;
  const response = await fetch(get ? `${url}?${query.toString()}` : url, {
    method: get ? "GET" : "POST",
    headers,
    body: get ? undefined : random() < 0.5 ? body : damaged(random, body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  note(report, `HTTP ${response.status}`);
  const fine = STATUSES.has(response.status) || response.status === 406;
  if (!fine || text.includes("INTERNAL_SERVER_ERROR")) {
    report.findings.push(
      `HTTP ${response.status} ${text.slice(0, 300)} after ${JSON.stringify({ headers, body, get })}`,
    );
  }
}

/** A socket on which what follows the handshake is hardly WebSocket any more: any opcode, flag, length and mask. */
export async function badBytes({ url }: FuzzTarget, random: Random, report: FuzzReport): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const closed = new Promise<string>((resolve) => {
    socket.once("error", () => resolve("bytes: reset"));
    socket.once("close", () => resolve("bytes: closed"));
  });
  const handshake = "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  const rest = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n";
  const text = `${handshake}${rest}Sec-WebSocket-Key: ${"x".repeat(22)}==\r\n\r\n`;
  socket.write(random() < 0.1 ? damaged(random, text) : text);
  socket.resume();
  const byte = () => Math.floor(random() * 256);
  for (let i = 0; i < 20; i += 1) {
    const length = Math.floor(random() * 200);
    const first = oneOf(random, [0x81, 0x81, 0x82, 0x01, 0x80, 0x88, 0x89, 0x8a, byte()]);
    const second = oneOf(random, [0x80 | Math.min(length, 125), 0xfe, 0xff, byte()]);
    const bytes = [first, second, ...Array.from({ length }, byte)];
    socket.write(Buffer.from(random() < 0.1 ? bytes.slice(0, byte()) : bytes));
  }
  setTimeout(() => socket.destroy(), 20);
  note(report, await closed);
}

/** Tokens that are signed as they should be, with claims that nobody would sign: refused, or taken for what they say. */
export async function oddTokens({ url, secret }: FuzzTarget, random: Random, report: FuzzReport): Promise<void> {
  const odd = [null, "", 0, -1, 2 ** 31, 2 ** 53, 0.5, "7", " 7", "07", "1e3", "__proto__", true, [], ["admin"], {}];
  const claims: Record<string, unknown> = { sub: "1", roles: ["tutor"], exp: Math.floor(Date.now() / 1_000) + 3_600 };
  for (const name of ["sub", "roles", "role", "exp", "nbf", "iat", "name", "iss", "aud", "jti", "constructor"]) {
    if (random() < 0.25) claims[name] = oneOf<unknown>(random, odd);
  }
  const header = {
    alg: random() < 0.9 ? "HS256" : oneOf<unknown>(random, odd),
    ...(random() < 0.1 ? { kid: oneOf<unknown>(random, odd) } : {}),
  };
  const headers = { "content-type": "application/json", authorization: `Bearer ${forge(header, claims, secret)}` };
  const body = JSON.stringify({ query: "{ me { id name } sessions { totalCount } }" });
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  note(report, `token: ${response.status}`);
  if (![200, 401].includes(response.status) || text.includes("INTERNAL_SERVER_ERROR")) {
    report.findings.push(`HTTP ${response.status} ${text.slice(0, 300)} after ${JSON.stringify({ header, claims })}`);
  }
}
