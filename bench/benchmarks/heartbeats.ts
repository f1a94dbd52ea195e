import type { Benchmark } from "../benchmark.ts";
import { fillWithLessons, studentOf } from "../support/lessons.ts";
import { startLoad } from "../support/load.ts";
import { BEAT_DONE, beatingSocket, webSocketOf } from "../support/messages.ts";
import { startPeer } from "../support/peer.ts";
import { costOf } from "../support/process.ts";
import { startProduct } from "../support/product.ts";

const CONNECTIONS = 100;
const ROOMS = Array.from({ length: CONNECTIONS }, (_, index) => index + 1);
/** As long as a heartbeat. */
const ECHOED = "x".repeat(167);
const NAIVE = "mutation ($id: Int!) { heartbeat(whiteboardSessionId: $id) { lastActivityAt } }";

/** Acknowledged after commit, 100 connections, one heartbeat in flight on each. */
export const heartbeats: Benchmark = {
  name: "heartbeats",
  title: "Heartbeats over WebSocket, acknowledged after commit, 100 connections, one in flight each",
  figures: {
    product: "/s",
    "product p50": "ms",
    "product p99": "ms",
    "product CPU": "µs each",
    "yoga + Pothos + prisma.update": "/s",
    "yoga + Pothos + prisma.update CPU": "µs each",
    "raw ws echo": "/s",
    "raw ws echo CPU": "µs each",
    "product / prisma.update": "×",
    "product / raw ws echo": "%",
  },
  targets: [
    { figure: "product / prisma.update", atLeast: 6 },
    { figure: "product / raw ws echo", atLeast: 15 },
    { figure: "product p99", atMost: 25 },
  ],
  async prepare(place) {
    const product = await startProduct(place);
    await fillWithLessons(place, { running: CONNECTIONS, over: 0, perTutor: 1 });
    const naive = await startPeer("prisma-update.mjs", { DATABASE_URL: place.url });
    const echo = await startPeer("echo.ts");
    const load = startLoad();
    const naiveSockets = ROOMS.map((whiteboard) => ({
      url: webSocketOf(naive),
      protocol: "graphql-transport-ws",
      hello: [{ text: '{"type":"connection_init"}', until: "connection_ack" }],
      message: JSON.stringify({
        id: "beat",
        type: "subscribe",
        payload: { query: NAIVE, variables: { id: whiteboard } },
      }),
    }));
    const echoSockets = ROOMS.map(() => ({ url: echo.url.href, protocol: null, hello: [], message: ECHOED }));
    return {
      async round(seconds) {
        const sockets = await Promise.all(
          ROOMS.map((whiteboard) => beatingSocket(product, whiteboard, studentOf(whiteboard))),
        );
        const beats = await costOf(product, () => load.messages({ sockets, seconds, last: BEAT_DONE }));
        const updates = await costOf(naive, () => load.messages({ sockets: naiveSockets, seconds, last: BEAT_DONE }));
        const echoes = await costOf(echo, () => load.messages({ sockets: echoSockets, seconds, last: ECHOED }));
        return {
          product: beats.perSecond,
          "product p50": beats.p50,
          "product p99": beats.p99,
          "product CPU": beats.cpuMicros,
          "yoga + Pothos + prisma.update": updates.perSecond,
          "yoga + Pothos + prisma.update CPU": updates.cpuMicros,
          "raw ws echo": echoes.perSecond,
          "raw ws echo CPU": echoes.cpuMicros,
          "product / prisma.update": beats.perSecond / updates.perSecond,
          "product / raw ws echo": (100 * beats.perSecond) / echoes.perSecond,
        };
      },
      async dispose() {
        load.stop();
        await Promise.all([product, naive, echo].map((server) => server.stop()));
      },
    };
  },
};
