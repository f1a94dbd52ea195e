import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Admission, answerRefusal } from "./admission.ts";
import type { ConsoleHandler } from "../console/handler.ts";
import type { GraphQLHandler } from "./graphql-handler.ts";
import { HEADERS } from "./headers.ts";
import { RequestQueues } from "./request-queue.ts";
import type { Principal } from "../quotas/fair-scheduler.ts";
import { asksForSocket, refuse, refuseBroken, serveUnchanged } from "../websocket/upgrade.ts";
import type { WebSocketHandler } from "../websocket/websocket.ts";
import type { Log } from "../../services/shared/ports.ts";

export interface Health {
  /** True once the process serves, until it drains. */
  readonly ready: boolean;
  /** What readiness depends on, for people who look. */
  readonly details: Readonly<Record<string, string>>;
}

/** What is measured, for Prometheus to collect. */
export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface HttpServer {
  /** @returns the address as a URL. @throws the listen error, such as EADDRINUSE */
  listen(port: number, host: string): Promise<URL>;
  /** Takes no more connections, closes WebSockets with 1001 and waits for what is being answered. */
  close(): Promise<void>;
}

/** A client that trickles its headers holds a connection no longer than this. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;

export function createHttpServer(handlers: {
  graphql: GraphQLHandler;
  csv: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  webSocket: WebSocketHandler;
  health: () => Health;
  metrics: MetricsPage;
  console: ConsoleHandler;
  admission: Admission;
  clock: { now(): number };
  /** When what is read now has come, at the earliest. */
  arrivals: { now(): number };
  log: Pick<Log, "debug" | "error">;
}): HttpServer {
  const patience = {
    headersTimeout: HEADERS_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    // Node looks every 30 s, and so would let a slow client go on for 40.
    connectionsCheckingInterval: 1_000,
    // It would be refused without our headers.
    requireHostHeader: false,
  };
  const begin = (res: ServerResponse) => {
    for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
    // By the one clock of all processes (D3): pages whose own clock is wrong go by it.
    res.setHeader("date", new Date(handlers.clock.now()).toUTCString());
  };
  const queues = new RequestQueues(handlers.arrivals);
  /** Serves what needs no token when it is the turn of its account. */
  const serveAs = async (principal: Principal, res: ServerResponse, serve: () => void | Promise<void>) => {
    const { refusal, usage } = await handlers.admission.admitAs(principal);
    if (refusal !== null) return answerRefusal(res, refusal);
    await usage.run(serve);
  };
  const serve = async (req: IncomingMessage, res: ServerResponse, arrivedAt: number): Promise<void> => {
    begin(res);
    if (req.headers.host === undefined && req.httpVersion === "1.1") {
      res.setHeader("connection", "close");
      return serveAs("anonymous", res, () => answer(res, 400, { status: "no Host" }));
    }
    const path = pathOf(req);
    if (path === "/graphql") return handlers.graphql(req, res, arrivedAt);
    if (path === "/sessions.csv") return handlers.csv(req, res);
    if (path === "/console" || path.startsWith("/console/")) {
      return serveAs("page", res, () => handlers.console(path, req, res));
    }
    // At once: the answer takes less than a turn, and who asks as often as they can must not make the probes fail.
    if (path === "/health/live") return answer(res, 200, { status: "live" });
    if (path === "/health/ready") {
      const { ready, details } = handlers.health();
      return answer(res, ready ? 200 : 503, { status: ready ? "ready" : "not ready", ...details });
    }
    if (path === "/metrics") return serveAs("probe", res, () => showMetrics(handlers.metrics, req, res));
    return serveAs("anonymous", res, () => answer(res, 404, { status: "not found", see: "/graphql" }));
  };
  const server = createServer(patience, (req, res) => {
    // What fails here has no answer to give, as when the client went away in the middle of its request.
    queues.take(req, res, (arrivedAt) => {
      void serve(req, res, arrivedAt).catch((error: unknown) => end(res, error, handlers.log));
    });
  });
  server.on("connection", (socket) => queues.open(socket));
  server.on("checkExpectation", (req: IncomingMessage, res: ServerResponse) => {
    queues.take(req, res, () => {
      begin(res);
      void serveAs("anonymous", res, () => answer(res, 417, { status: "not expected" }));
    });
  });
  server.on("clientError", refuseBroken);
  server.on("upgrade", (req, socket, head) => {
    queues.release(socket);
    if (!asksForSocket(req)) return serveUnchanged(server, req, socket, head);
    // Until ws takes over nobody else listens, and an error without a listener would end the process.
    socket.on("error", () => socket.destroy());
    if (pathOf(req) === "/graphql") handlers.webSocket.upgrade(req, socket, head);
    else refuse(socket, "404 Not Found");
  });

  return {
    listen: (port, host) => listen(server, port, host),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const patience = setTimeout(() => server.closeAllConnections(), 3_000);
      await handlers.webSocket.drain();
      server.closeIdleConnections();
      await closed;
      clearTimeout(patience);
    },
  };
}

/** A client that went away in the middle of its request makes its handler fail as well, and is no fault of ours. */
function end(res: ServerResponse, error: unknown, log: Pick<Log, "debug" | "error">): void {
  if (res.destroyed || res.req.destroyed) log.debug({ err: error }, "a request was left");
  else log.error({ err: error }, "a request failed");
  res.destroy();
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? "/").split("?", 1)[0] as string;
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(body));
}

async function showMetrics(metrics: MetricsPage, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method !== "GET" && req.method !== "HEAD") {
    res.setHeader("allow", "GET, HEAD");
    return answer(res, 405, { status: "method not allowed" });
  }
  const text = await metrics.text();
  res.writeHead(200, { "content-type": metrics.contentType });
  res.end(text);
}

async function listen(server: Server, port: number, host: string): Promise<URL> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return new URL(`http://${name}:${address.port}/graphql`);
}
