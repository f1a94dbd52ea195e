import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "../benchmark.ts";
import { fillWithLessons, studentOf } from "../support/lessons.ts";
import type { Opening } from "../load/jobs.ts";
import { type Load, startLoad } from "../support/load.ts";
import { attendIn, socketOf } from "../support/messages.ts";
import type { Place } from "../support/place.ts";
import type { ServerProcess } from "../support/process.ts";
import { metric, startProduct } from "../support/product.ts";

export const LESSONS = 5_000;
export const SOCKETS = 2 * LESSONS;
const FIRST = 500;
/** Past the first pings of everybody, and what coming together left to collect. */
export const SETTLED_AFTER_MS = 15_000;
const SAMPLES = 20;
const SAMPLE_EVERY_MS = 1_000;

/** Ten thousand who are there and do nothing: what most of a lesson is. */
export const attending: Benchmark = {
  name: "attending",
  title: "10,000 people attend 5,000 lessons over WebSocket in one process, for 20 s",
  figures: {
    resident: "KB each",
    CPU: "% of a core",
    "oldest proof of life": "s",
    "event loop lag, most": "ms",
    came: "/s",
  },
  targets: [
    { figure: "resident", atMost: 18 },
    { figure: "CPU", atMost: 15 },
    { figure: "oldest proof of life", atMost: 13 },
    { figure: "event loop lag, most", atMost: 50 },
  ],
  rounds: 1,
  async prepare(place) {
    const product = await startProduct(place, { REDIS_URL: place.redisUrl });
    await fillWithLessons(place, { running: LESSONS, over: 0, perTutor: 1 });
    const load = startLoad();
    return {
      async round() {
        // What the first hundreds take, whoever they are, such as compiled code, is nobody's own.
        await load.hold({ sockets: (await everybody(product)).slice(0, FIRST), atOnce: 100 });
        await load.release();
        await sleep(SETTLED_AFTER_MS);
        const before = product.resident();
        const came = await everybodyComes(product, load);
        await sleep(SETTLED_AFTER_MS);
        const watched = await watch(product, place);
        const resident = (product.resident() - before) / 1024 / SOCKETS;
        await load.release();
        return { resident, came, ...watched };
      },
      async dispose() {
        load.stop();
        await product.stop();
      },
    };
  },
};

/** How many came in a second, a hundred at a time. */
async function everybodyComes(server: ServerProcess, load: Load): Promise<number> {
  const sockets = await everybody(server);
  const began = performance.now();
  await load.hold({ sockets, atOnce: 100 });
  return (SOCKETS * 1_000) / (performance.now() - began);
}

/** The tutor and the student of every lesson. */
export function everybody(server: ServerProcess): Promise<Opening[]> {
  const lessons = Array.from({ length: LESSONS }, (_, index) => index + 1);
  return Promise.all(
    lessons.flatMap((lesson) => [
      socketOf(server, { user: lesson, role: "tutor" }, attendIn(lesson)),
      socketOf(server, { user: studentOf(lesson), role: "student" }, attendIn(lesson)),
    ]),
  );
}

async function watch(server: ServerProcess, place: Place) {
  const lag = () => metric(server, "nodejs_eventloop_lag_max_seconds");
  // Asking sets it back: what came before is none of this.
  await lag();
  const cpuBefore = server.cpu();
  const began = performance.now();
  let oldest = 0;
  let longest = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await sleep(SAMPLE_EVERY_MS);
    const [row] = await place.sql<{ count: number; age: number }>(
      `select count(*)::int as count, extract(epoch from now() - min(last_seen_at))::float8 as age
       from connection_spans where ended_at is null`,
    );
    if (row?.count !== SOCKETS) throw new Error(`${row?.count} of ${SOCKETS} are there`);
    oldest = Math.max(oldest, row.age);
    longest = Math.max(longest, await lag());
  }
  const cpu = (server.cpu() - cpuBefore) / ((performance.now() - began) / 1_000);
  return { CPU: 100 * cpu, "oldest proof of life": oldest, "event loop lag, most": longest * 1_000 };
}
