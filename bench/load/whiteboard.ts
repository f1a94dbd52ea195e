import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { textFrame } from "./frames.ts";
import type { WhiteboardJob, WhiteboardResult } from "./jobs.ts";
import { percentile } from "./rate.ts";
import { openSocket } from "./socket.ts";

/** A message at a time; each is timed at every subscriber. */
export async function talkToWhiteboard(job: WhiteboardJob): Promise<WhiteboardResult> {
  const { messages, timed, received, answered, pause } = job;
  let arrivals: number[] = [];
  let committed: (commit: Commit) => void = () => undefined;
  let everybody: () => void = () => undefined;
  const subscribers = await Promise.all(job.subscribers.map(openSocket));
  for (const subscriber of subscribers) {
    subscriber.heard = (message) => {
      if (!message.includes(received)) return;
      arrivals.push(performance.now());
      if (arrivals.length === subscribers.length) everybody();
    };
  }
  const listener = await listen(job.databaseUrl, (commit) => committed(commit));
  const speaker = await openSocket(job.speaker);
  const fromSent: number[] = [];
  const fromCommitting: number[] = [];
  const fromCommitted: number[] = [];
  for (const message of messages) {
    const told = new Promise<void>((resolve) => (everybody = resolve));
    const answer = new Promise<void>((resolve) => {
      speaker.heard = (text) => answered !== null && text.includes(answered) && resolve();
      if (answered === null) resolve();
    });
    const commit = new Promise<Commit | null>((resolve) => {
      committed = resolve;
      if (listener === null) resolve(null);
    });
    const sentAt = performance.now();
    speaker.send(textFrame(message));
    const [times] = await Promise.all([commit, told, answer]);
    if (message.includes(timed)) {
      fromSent.push(...arrivals.map((at) => at - sentAt));
      fromCommitting.push(...arrivals.map((at) => at - (times?.before ?? Number.NaN)));
      fromCommitted.push(...arrivals.map((at) => at - (times?.heard ?? Number.NaN)));
    }
    arrivals = [];
    await sleep(pause);
  }
  for (const client of [speaker, ...subscribers]) client.end();
  await listener?.end();
  return {
    done: fromSent.length,
    ...latencyOf(fromSent),
    committing: latencyOf(fromCommitting),
    committed: latencyOf(fromCommitted),
  };
}

const latencyOf = (all: readonly number[]) => ({ p50: percentile(all, 0.5), p99: percentile(all, 0.99) });

/** Both on the clock of `performance.now()`. */
interface Commit {
  readonly before: number;
  readonly heard: number;
}

async function listen(databaseUrl: string | null, heard: (commit: Commit) => void): Promise<pg.Client | null> {
  if (databaseUrl === null) return null;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  client.on("notification", ({ payload }) => {
    heard({ before: Number(payload) - performance.timeOrigin, heard: performance.now() });
  });
  await client.query("listen committed");
  return client;
}
