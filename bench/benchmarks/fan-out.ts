import type { Benchmark } from "../benchmark.ts";
import type { Opening, WhiteboardJob } from "../load/jobs.ts";
import { fillWithLessons, studentOf } from "../support/lessons.ts";
import { startLoad } from "../support/load.ts";
import { COMPLETE, comingAndGoing, presenceOf, socketOf } from "../support/messages.ts";
import { startPeer } from "../support/peer.ts";
import type { Place } from "../support/place.ts";
import type { ServerProcess } from "../support/process.ts";
import { startProduct } from "../support/product.ts";

const SUBSCRIBERS = 100;
/** A person has few sockets, a service as many as it likes. */
const SERVICE = 1;
const ROOMS = 50;
const PAUSE_MS = 5;
/** Messages in a second: most of it is their way, not the pause. */
const PER_SECOND = 25;

// The database itself says when: in the moment before it commits, and after that to another of its clients.
const NOTIFY = [
  `create function notify_committed() returns trigger language plpgsql as
    $$ begin
      perform pg_notify('committed', (extract(epoch from clock_timestamp()) * 1000)::text);
      return null;
    end $$`,
  `create constraint trigger notify_committed after update of presence_version on whiteboard_sessions
    initially deferred for each row execute function notify_committed()`,
];

/** From a commit, and from a client's sending, to the last of a hundred others. */
export const fanOut: Benchmark = {
  name: "fan-out",
  title: "presence, from a connect to 100 subscribers, beside a Socket.IO whiteboard of 100",
  figures: {
    "product, committed to received p50": "ms",
    "product, committed to received p99": "ms",
    "product, flush to disk and received p50": "ms",
    "product, flush to disk and received p99": "ms",
    "product, sent to received p50": "ms",
    "product, sent to received p99": "ms",
    "Socket.IO, sent to received p50": "ms",
    "Socket.IO, sent to received p99": "ms",
    "product, committed / Socket.IO p50": "×",
  },
  targets: [
    { figure: "product, committed / Socket.IO p50", atMost: 1.5 },
    { figure: "product, committed to received p99", atMost: 15 },
  ],
  async prepare(place) {
    const product = await startProduct(place);
    await fillWithLessons(place, { running: ROOMS, over: 0, perTutor: 1 });
    for (const statement of NOTIFY) await place.sql(statement);
    const socketIo = await startPeer("socket-io.ts");
    const load = startLoad();
    let whiteboard = 0;
    return {
      async round(seconds) {
        whiteboard += 1;
        const ours = await load.whiteboard(await presenceJob(product, place, whiteboard, seconds));
        const theirs = await load.whiteboard(whiteboardJob(socketIo, seconds));
        return {
          "product, committed to received p50": ours.committed.p50,
          "product, committed to received p99": ours.committed.p99,
          "product, flush to disk and received p50": ours.committing.p50,
          "product, flush to disk and received p99": ours.committing.p99,
          "product, sent to received p50": ours.p50,
          "product, sent to received p99": ours.p99,
          "Socket.IO, sent to received p50": theirs.p50,
          "Socket.IO, sent to received p99": theirs.p99,
          "product, committed / Socket.IO p50": ours.committed.p50 / theirs.p50,
        };
      },
      async dispose() {
        load.stop();
        await Promise.all([product.stop(), socketIo.stop()]);
      },
    };
  },
};

async function presenceJob(
  server: ServerProcess,
  place: Place,
  whiteboard: number,
  seconds: number,
): Promise<WhiteboardJob> {
  const student = { user: studentOf(whiteboard), role: "student" } as const;
  const followers = Array.from({ length: SUBSCRIBERS }, () =>
    socketOf(server, { user: SERVICE, role: "service" }, presenceOf(whiteboard)),
  );
  return {
    subscribers: await Promise.all(followers),
    speaker: await socketOf(server, student),
    messages: comingAndGoing(whiteboard, Math.ceil((seconds * PER_SECOND) / 2)),
    timed: "connect(",
    received: '"next"',
    answered: COMPLETE,
    pause: PAUSE_MS,
    databaseUrl: place.url,
  };
}

function whiteboardJob(server: ServerProcess, seconds: number): WhiteboardJob {
  const connect = { text: "40", until: "40{" };
  const join = { text: '420["join"]', until: "joined" };
  const open = (...hello: Opening["hello"]) => ({ url: server.url.href, protocol: null, hello: [connect, ...hello] });
  return {
    subscribers: Array.from({ length: SUBSCRIBERS }, () => open(join)),
    speaker: open(),
    messages: Array.from({ length: Math.ceil(seconds * PER_SECOND) }, () => SAID),
    timed: "say",
    received: "said",
    answered: null,
    pause: PAUSE_MS,
    databaseUrl: null,
  };
}

/** As long as what presence tells. */
const SAID = `42["say","${"x".repeat(200)}"]`;
