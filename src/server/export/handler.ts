import type { IncomingMessage, ServerResponse } from "node:http";
import { type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import type { Viewer } from "../../auth/claims.ts";
import { type ErrorCode, isRetryable } from "../../domain/errors.ts";
import type { Context, Origin } from "../../graphql/execution/context.ts";
import { type Admission, answerRefusal } from "../http/admission.ts";
import { Counter } from "../quotas/concurrency-limit.ts";
import { row } from "./csv.ts";
import { runAt } from "../../timers.ts";
import { cellsOf, type ExportedSessions, HEADINGS, SESSIONS } from "./columns.ts";
import type { Operations } from "../operations.ts";
import { requestIdOf } from "../http/headers.ts";
import { principalOf } from "../quotas/fair-scheduler.ts";

/** Downloads of a user at once, those of services apart: each keeps a page that its client has not read. */
const MAX_DOWNLOADS = 5;
const PARAMETERS = ["from", "to", "status", "tutorId", "studentId", "marked"];

/**
 * GET /sessions.csv: the sessions that the viewer sees, in pages as fast as they are taken, until the token ends. Who may
 * see what is asked for every page, and every page waits for its turn as a request does. Unknown and repeated parameters
 * are refused. The parameters `from`, `to`, `status`, `tutorId`, `studentId` and `marked` are those of
 * `sessions(filter:)`.
 */
export function createExportHandler(deps: {
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  readonly context: (origin: Origin) => Context;
  readonly operations: Operations;
  readonly refused: (code: string) => void;
  readonly clock: { now(): number };
}): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { admission } = deps;
  const downloads = new Counter();
  return async (req, res) => {
    const requestId = requestIdOf(req);
    res.setHeader("x-request-id", requestId);
    const refuse = (status: number, error: GraphQLFormattedError) => {
      res.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
      res.end(JSON.stringify({ errors: [error] }));
    };
    const { viewer, refusal, usage } = await admission.admit(req, requestId);
    if (req.method !== "GET") {
      res.setHeader("allow", "GET");
      return refuse(405, errorOf("BAD_USER_INPUT", "Ask with GET."));
    }
    if (refusal !== null) return answerRefusal(res, refusal);
    const parameters = new URL(req.url ?? "", "http://localhost").searchParams;
    // Who is unknown is told that first, whatever they ask for.
    const wrong = viewer === null ? null : wrongParameter(parameters);
    if (wrong !== null) {
      deps.refused("BAD_USER_INPUT");
      return refuse(400, wrong);
    }
    if (viewer !== null && !begins(viewer, downloads, res)) {
      deps.refused("RATE_LIMITED");
      res.setHeader("retry-after", "1");
      return refuse(429, errorOf("RATE_LIMITED", `A user downloads at most ${MAX_DOWNLOADS} files at once.`));
    }
    if (viewer !== null) endWith(viewer, deps.clock, res);
    const contextValue = deps.context({ viewer, socketId: null, requestId, traceparent: null, usage });
    const filter = viewer === null ? {} : filterOf(parameters);
    for (let after: string | null = null; ;) {
      const args = { schema: deps.schema, document: SESSIONS, contextValue, variableValues: { filter, after } };
      const { data, errors } = await deps.operations.execute(args, "http");
      // Whoever left, or ran out of time, while this was read.
      if (res.destroyed) return;
      const failure = errors?.[0] && byParameter(errors[0].toJSON());
      // Once rows have gone out only the connection's end can say that they are not all.
      if (failure !== undefined) return res.headersSent ? void res.destroy() : refuse(statusOf(failure), failure);
      const { nodes, pageInfo } = (data as unknown as ExportedSessions).sessions;
      if (!res.headersSent) begin(res);
      const text = usage.run(() => nodes.map((session) => row(cellsOf(session))).join(""));
      if (!res.write(text)) await taken(res);
      if (res.destroyed) return;
      if (!pageInfo.hasNextPage) return void res.end();
      after = pageInfo.endCursor;
      if ((await admission.turn(usage, principalOf(viewer))) !== null) return void res.destroy();
    }
  };
}

/** Whether one more download may begin; it is over when its answer is. */
function begins(viewer: Viewer, downloads: Counter, res: ServerResponse): boolean {
  if (downloads.of(viewer.id) >= MAX_DOWNLOADS && !viewer.roles.has("service")) return false;
  downloads.add(viewer.id);
  res.once("close", () => downloads.remove(viewer.id));
  return true;
}

/** Also what nobody reads. */
function endWith(viewer: Viewer, clock: { now(): number }, res: ServerResponse): void {
  const forget = runAt(clock, viewer.expiresAt, () => res.destroy());
  res.once("close", forget);
}

/** Leaves no listener behind, however many pages there are. */
function taken(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off("drain", done).off("close", done);
      resolve();
    };
    res.on("drain", done).on("close", done);
  });
}

function begin(res: ServerResponse): void {
  res.writeHead(200, {
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": 'attachment; filename="sessions.csv"',
    "cache-control": "no-store",
  });
  res.write(row(HEADINGS));
}

function filterOf(parameters: URLSearchParams): Record<string, unknown> {
  const { marked, ...filter } = Object.fromEntries(parameters);
  return marked === undefined ? filter : { ...filter, marked: { true: true, false: false }[marked] ?? marked };
}

/** A misspelt filter must not export everything. */
function wrongParameter(parameters: URLSearchParams): GraphQLFormattedError | null {
  const names = [...parameters.keys()];
  const unknown = names.find((name) => !PARAMETERS.includes(name));
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (unknown !== undefined) {
    const message = `The parameter ${JSON.stringify(unknown)} is not known: use ${PARAMETERS.join(", ")}.`;
    return errorOf("BAD_USER_INPUT", message, unknown);
  }
  return repeated === undefined
    ? null
    : errorOf("BAD_USER_INPUT", `The parameter ${repeated} is given twice.`, repeated);
}

function errorOf(code: ErrorCode, message: string, field?: string): GraphQLFormattedError {
  return { message, extensions: { code, retryable: isRetryable(code), ...(field === undefined ? {} : { field }) } };
}

/** The filter's fields are the parameters here. */
function byParameter({ message, extensions = {} }: GraphQLFormattedError): GraphQLFormattedError {
  const { field, ...more } = extensions;
  return { message, extensions: typeof field === "string" ? { ...more, field: field.replace("filter.", "") } : more };
}

function statusOf({ extensions }: GraphQLFormattedError): number {
  switch (extensions?.["code"]) {
    case "UNAUTHENTICATED":
      return 401;
    case "UNAVAILABLE":
      return 503;
    case "RATE_LIMITED":
      return 429;
    case "INTERNAL_SERVER_ERROR":
      return 500;
    default:
      return 400;
  }
}
