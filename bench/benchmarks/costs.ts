import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark, Figures } from "../benchmark.ts";
import { fillWithLessons, studentOf } from "../support/lessons.ts";
import { type Load, startLoad } from "../support/load.ts";
import { BEAT_DONE, beatingSocket, comingAndGoing, COMPLETE, presenceOf, socketOf } from "../support/messages.ts";
import type { Place } from "../support/place.ts";
import type { ServerProcess } from "../support/process.ts";
import { startProduct } from "../support/product.ts";
import { spentOn } from "../support/spent.ts";
import { everybody, LESSONS, SETTLED_AFTER_MS, SOCKETS } from "./attending.ts";

const OVER = 5_000;
const WATCHED_MS = 30_000;
const BEATING = 100;
const BEATS_SECONDS = 5;
const EVENTS = 400;
/** Where events and heartbeats happen: nobody attends there. */
const FIRST_QUIET = LESSONS + 1;
const QUIET = BEATING + 1;

/** What each thing takes, for docs/scaling.md to multiply. */
export const costs: Benchmark = {
  name: "costs",
  title: "What an attendee, an arrival, a heartbeat, an event and a lesson take",
  figures: {
    "attendee, resident": "KB",
    "attendee, CPU a minute": "ms",
    "attendee, database CPU a minute": "ms",
    "attendee, rows a minute": "",
    "attendee, WAL a minute": "bytes",
    "arrival, CPU": "µs",
    "arrival, database CPU": "µs",
    "arrival, rows": "",
    "arrival, WAL": "bytes",
    "heartbeat, CPU": "µs",
    "heartbeat, database CPU": "µs",
    "heartbeat, rows": "",
    "heartbeat, WAL": "bytes",
    "event, CPU": "µs",
    "event, database CPU": "µs",
    "event, rows": "",
    "event, WAL": "bytes",
    "event, Redis messages": "",
    "event, Redis": "bytes",
    "lesson, stored": "bytes",
  },
  targets: [],
  onlyByName: true,
  rounds: 1,
  async prepare(place) {
    const product = await startProduct(place, { REDIS_URL: place.redisUrl });
    await fillWithLessons(place, { running: LESSONS + QUIET, over: 0, perTutor: 1 });
    const stored = await storedByLesson(place);
    const load = startLoad();
    return {
      round: async () => ({
        "lesson, stored": stored,
        ...(await ofHeartbeats(product, place, load)),
        ...(await ofEvents(product, place, load)),
        ...(await ofAttendees(product, place, load)),
      }),
      async dispose() {
        load.stop();
        await product.stop();
      },
    };
  },
};

/** With everything that hangs on it: people, connections, ten spans, indexes. */
async function storedByLesson(place: Place): Promise<number> {
  const size = async () =>
    (await place.sql<{ size: number }>("select pg_database_size(current_database())::float8 as size"))[0]?.size ?? 0;
  const before = await size();
  const running = LESSONS + QUIET;
  await fillWithLessons(place, { running, over: OVER, perTutor: 50, first: running + 1 });
  return ((await size()) - before) / OVER;
}

async function ofHeartbeats(server: ServerProcess, place: Place, load: Load): Promise<Figures> {
  const whiteboards = Array.from({ length: BEATING }, (_, index) => FIRST_QUIET + index);
  const sockets = await Promise.all(
    whiteboards.map((whiteboard) => beatingSocket(server, whiteboard, studentOf(whiteboard))),
  );
  const job = { sockets, last: BEAT_DONE };
  await load.messages({ ...job, seconds: BEATS_SECONDS });
  const anew = await Promise.all(
    whiteboards.map((whiteboard) => beatingSocket(server, whiteboard, studentOf(whiteboard))),
  );
  let done = 0;
  const spent = await spentOn(server, place, async () => {
    ({ done } = await load.messages({ ...job, sockets: anew, seconds: BEATS_SECONDS }));
  });
  return {
    "heartbeat, CPU": spent.cpuMicros / done,
    "heartbeat, database CPU": spent.databaseMicros / done,
    "heartbeat, rows": spent.rows / done,
    "heartbeat, WAL": spent.walBytes / done,
  };
}

/** Somebody comes or goes, and one other person is told. */
async function ofEvents(server: ServerProcess, place: Place, load: Load): Promise<Figures> {
  const whiteboard = FIRST_QUIET + BEATING;
  const spent = await spentOn(server, place, async () =>
    load.whiteboard({
      subscribers: [await socketOf(server, { user: whiteboard, role: "tutor" }, presenceOf(whiteboard))],
      speaker: await socketOf(server, { user: studentOf(whiteboard), role: "student" }),
      messages: comingAndGoing(whiteboard, EVENTS / 2),
      timed: "connect",
      received: '"next"',
      answered: COMPLETE,
      pause: 0,
      databaseUrl: null,
    }),
  );
  return {
    "event, CPU": spent.cpuMicros / EVENTS,
    "event, database CPU": spent.databaseMicros / EVENTS,
    "event, rows": spent.rows / EVENTS,
    "event, WAL": spent.walBytes / EVENTS,
    "event, Redis messages": spent.redisMessages / EVENTS,
    "event, Redis": spent.redisBytes / EVENTS,
  };
}

async function ofAttendees(server: ServerProcess, place: Place, load: Load): Promise<Figures> {
  const sockets = await everybody(server);
  const resident = server.resident();
  const arrivals = await spentOn(server, place, () => load.hold({ sockets, atOnce: 100 }));
  await sleep(SETTLED_AFTER_MS);
  const stay = await spentOn(server, place, () => sleep(WATCHED_MS));
  const minutes = (SOCKETS * WATCHED_MS) / 60_000;
  const figures = {
    "attendee, resident": (server.resident() - resident) / 1024 / SOCKETS,
    "attendee, CPU a minute": stay.cpuMicros / 1_000 / minutes,
    "attendee, database CPU a minute": stay.databaseMicros / 1_000 / minutes,
    "attendee, rows a minute": stay.rows / minutes,
    "attendee, WAL a minute": stay.walBytes / minutes,
    "arrival, CPU": arrivals.cpuMicros / SOCKETS,
    "arrival, database CPU": arrivals.databaseMicros / SOCKETS,
    "arrival, rows": arrivals.rows / SOCKETS,
    "arrival, WAL": arrivals.walBytes / SOCKETS,
  };
  await load.release();
  return figures;
}
