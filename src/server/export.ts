import type { IncomingMessage, ServerResponse } from "node:http";
import { type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import type { Viewer } from "../auth/viewer.ts";
import type { Context, Origin } from "../graphql/context.ts";
import { type Admission, answerRefusal } from "./admission.ts";
import { Counts } from "./counts.ts";
import { row } from "./csv.ts";
import { at } from "./expiry.ts";
import { cellsOf, type ExportedSessions, HEADINGS, SESSIONS } from "./export-columns.ts";
import type { Operations } from "./operations.ts";
import { requestIdOf } from "./request-id.ts";
import { sharerOf } from "./shares.ts";

/** Downloads of a user at once, those of services apart: each keeps a page that its client has not read. */
const MAX_DOWNLOADS = 5;
const FILTERS = ["from", "to", "status", "tutorId", "studentId"];

/**
 * GET /sessions.csv: the sessions that the viewer sees, in pages as fast as they are taken, until the token ends; who may
 * see what is asked for every page, and every page waits for its turn as a request does. The parameters `from`, `to`, `status`, `tutorId`, `studentId` and `marked` are those of
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
  const downloads = new Counts();
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
      return refuse(405, { message: "Ask with GET.", extensions: { code: "BAD_USER_INPUT" } });
    }
    if (refusal !== null) return answerRefusal(res, refusal);
    if (viewer !== null && !begins(viewer, downloads, res)) {
      deps.refused("RATE_LIMITED");
      res.setHeader("retry-after", "1");
      const message = `A user downloads at most ${MAX_DOWNLOADS} files at once.`;
      return refuse(429, { message, extensions: { code: "RATE_LIMITED" } });
    }
    if (viewer !== null) endWith(viewer, deps.clock, res);
    const contextValue = deps.context({ viewer, socketId: null, requestId, traceparent: null, usage });
    const filter = filterOf(new URL(req.url ?? "", "http://localhost").searchParams);
    for (let after: string | null = null; ;) {
      const args = { schema: deps.schema, document: SESSIONS, contextValue, variableValues: { filter, after } };
      const { data, errors } = await deps.operations.execute(args, "http");
      // Whoever left, or ran out of time, while this was read.
      if (res.destroyed) return;
      const failure = errors?.[0]?.toJSON();
      // Once rows have gone out only the connection's end can say that they are not all.
      if (failure !== undefined) return res.headersSent ? void res.destroy() : refuse(statusOf(failure), failure);
      const { nodes, pageInfo } = (data as unknown as ExportedSessions).sessions;
      if (!res.headersSent) begin(res);
      const text = usage.run(() => nodes.map((session) => row(cellsOf(session))).join(""));
      if (!res.write(text)) await taken(res);
      if (res.destroyed) return;
      if (!pageInfo.hasNextPage) return void res.end();
      after = pageInfo.endCursor;
      if ((await admission.turn(usage, sharerOf(viewer))) !== null) return void res.destroy();
    }
  };
}

/** Whether one more download may begin; it is over when its answer is. */
function begins(viewer: Viewer, downloads: Counts, res: ServerResponse): boolean {
  if (downloads.of(viewer.id) >= MAX_DOWNLOADS && !viewer.roles.has("service")) return false;
  downloads.add(viewer.id);
  res.once("close", () => downloads.remove(viewer.id));
  return true;
}

/** Also what nobody reads. */
function endWith(viewer: Viewer, clock: { now(): number }, res: ServerResponse): void {
  const forget = at(clock, viewer.expiresAt, () => res.destroy());
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
  const given = FILTERS.flatMap((name) => {
    const value = parameters.get(name);
    return value === null ? [] : [[name, value]];
  });
  const marked = parameters.get("marked");
  const filter = Object.fromEntries(given) as Record<string, unknown>;
  return marked === null ? filter : { ...filter, marked: { true: true, false: false }[marked] ?? marked };
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
