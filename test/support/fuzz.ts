import { OperationTypeNode } from "graphql";
import { schema } from "../../src/graphql/schema/schema.ts";
import type { Answer } from "./app.ts";
import { badBytes, badRequests, oddTokens } from "./fuzz-doors.ts";
import { type FuzzReport, type FuzzTarget, note, STATUSES } from "./fuzz-report.ts";
import { random as seeded } from "./random.ts";
import { type RawSocket, rawSocket } from "./raw-socket.ts";
import { oneOf, type Random } from "./wild-values.ts";
import { damaged, wildOperation } from "./wild-operations.ts";

const CODES = new Set([
  ...["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT", "VALIDATION_FAILED", "CONFLICT", "NO_SUGGESTION"],
  ...["SESSION_ENDED", "CONNECTION_EXPIRED", "RATE_LIMITED", "TOO_MANY_SUBSCRIPTIONS", "QUERY_TOO_COMPLEX"],
  ...["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "UNAVAILABLE"],
]);
/** By the protocol of GraphQL, by that of WebSocket, and ours. None of them says that the server has a fault. */
const CLOSES = new Set([4400, 4401, 4403, 4408, 4409, 4429, 1002, 1007, 1009, 1013, 1000, 1005]);

/** Sends what the seed says, for so long. The same seed sends the same, as far as the answers are the same. */
export async function fuzz(target: FuzzTarget, seed: number, milliseconds: number): Promise<FuzzReport> {
  const report: FuzzReport = { seen: new Map(), findings: [] };
  const until = Date.now() + milliseconds;
  // Several at once, each with numbers of its own, so that none takes another's.
  const workers = [overHttp, overHttp, overWebSocket, badFrames, badBytes, badRequests, oddTokens].map(
    async (work, i) => {
      const random = seeded(seed + i);
      while (Date.now() < until && report.findings.length < 10) await work(target, random, report);
    },
  );
  await Promise.all(workers);
  return report;
}

/** An answer's errors have stable codes, none of which is a fault of the server's. */
function judge(report: FuzzReport, sent: unknown, { errors }: Answer<unknown>): void {
  for (const { message, extensions } of errors ?? []) {
    note(report, extensions?.code);
    const inside = /node_modules|\bat .*\.[jt]s:|select |prisma|invocation/i.test(message.replace(/"[^]*"/, ""));
    if (!CODES.has(extensions?.code) || inside) {
      report.findings.push(`${JSON.stringify({ message, extensions })} after ${JSON.stringify(sent).slice(0, 2_000)}`);
    }
  }
  if (errors === undefined) note(report, "ok");
}

const KINDS = [OperationTypeNode.QUERY, OperationTypeNode.MUTATION, OperationTypeNode.MUTATION];

async function overHttp({ url, tokens, known }: FuzzTarget, random: Random, report: FuzzReport): Promise<void> {
  const operation = wildOperation(random, schema, oneOf(random, KINDS), known);
  const headers = { "content-type": "application/json", authorization: `Bearer ${oneOf(random, tokens)}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(operation) });
  const text = await response.text();
  if (!STATUSES.has(response.status))
    report.findings.push(`HTTP ${response.status} after ${JSON.stringify(operation)}`);
  judge(report, operation, JSON.parse(text) as Answer<unknown>);
}

async function overWebSocket({ url, tokens, known }: FuzzTarget, random: Random, report: FuzzReport): Promise<void> {
  const socket = await rawSocket(url);
  await socket.hello(oneOf(random, tokens));
  for (let i = 0; i < 20; i += 1) {
    const kind = oneOf(random, [...KINDS, OperationTypeNode.SUBSCRIPTION]);
    const operation = wildOperation(random, schema, kind, known);
    for (const frame of await socket.ask(String(i), operation)) {
      const { payload } = JSON.parse(frame) as { payload?: Answer<unknown> | Answer["errors"] };
      if (payload !== undefined) judge(report, operation, Array.isArray(payload) ? { errors: payload } : payload);
    }
    socket.send({ id: String(i), type: "complete" });
  }
  await leave(socket, report, "operations");
}

/** Messages of the protocol that are damaged, out of order, or of nobody's. */
async function badFrames({ url, tokens, known }: FuzzTarget, random: Random, report: FuzzReport): Promise<void> {
  const socket = await rawSocket(url);
  if (random() < 0.8) await socket.hello(oneOf(random, tokens));
  const sent: string[] = [];
  for (let i = 0; i < 10 && socket.socket.readyState === socket.socket.OPEN; i += 1) {
    const payload = wildOperation(random, schema, oneOf(random, KINDS), known);
    const id = oneOf<unknown>(random, ["1", "2", "__proto__", "constructor", "", 1, null, "x".repeat(300)]);
    const type = oneOf(random, ["subscribe", "subscribe", "complete", "ping", "pong", "next", "connection_init", "?"]);
    const message = JSON.stringify({ id, type, payload });
    const frame = random() < 0.4 ? damaged(random, message) : message;
    sent.push(frame.slice(0, 500));
    socket.socket.send(random() < 0.05 ? Buffer.from(frame, "latin1") : frame, { binary: random() < 0.1 });
  }
  await leave(socket, report, sent);
}

async function leave(socket: RawSocket, report: FuzzReport, sent: unknown): Promise<void> {
  setTimeout(() => socket.socket.close(1000), 5);
  const { code } = await socket.closed;
  note(report, `close ${code}`);
  if (!CLOSES.has(code)) report.findings.push(`closed with ${code} after ${JSON.stringify(sent)}`);
  if (socket.waiting.some((frame) => frame.includes("INTERNAL_SERVER_ERROR"))) {
    report.findings.push(`INTERNAL_SERVER_ERROR after ${JSON.stringify(sent)}`);
  }
}
