import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openHealthy } from "./healthy.ts";
import type { RunningLesson } from "./many-lessons.ts";
import { tokenFor } from "./running-lesson.ts";

/** People who look who is there ten times a second each: a third of a processor's time for the server. */
export const HEALTHY = 40;
/** What is measured around them, in milliseconds. */
export const AROUND = { warmUp: 3_000, calm: 8_000 };
/** As long as sockets that stay silent are there. */
export const SILENCE_SECONDS = 4;

const PROGRAM = fileURLToPath(new URL("attacker.mjs", import.meta.url));
const MIB = 1024 * 1024;

export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface HostileReport {
  /** Milliseconds that healthy clients wait for an answer: before and after, and while all of it goes on. */
  readonly calm: Latency;
  readonly during: Latency;
  /** Milliseconds of a processor that the server takes in a second: before the attack, and during it. */
  readonly cpu: { readonly calm: number; readonly during: number };
  /** Milliseconds of a processor that the event loop was held for at the longest; null where nobody looked. */
  readonly held: { readonly calm: number; readonly during: number } | null;
  /** What healthy clients were refused or lost; none. */
  readonly harm: readonly string[];
  /** Megabytes of the server's memory: before, at the most, and after. */
  readonly memory: { readonly before: number; readonly most: number; readonly after: number };
  /** By attack: what its clients were answered, and how often. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface AttackOptions {
  readonly sizes: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Milliseconds until anything is measured, and of calm that are measured before the attack and after it. */
  readonly warmUp: number;
  readonly calm: number;
  /** How long the event loop was held since this was asked the last time. */
  readonly held?: () => Promise<number>;
}

/**
 * Attacks a server in all ways at once, while healthy clients go on, and tells how each of them fared.
 * @param lessons one for each attack, and one for each healthy client
 */
export async function attack(
  url: string,
  lessons: readonly RunningLesson[],
  options: AttackOptions,
): Promise<HostileReport> {
  const attacks = Object.entries(options.sizes);
  const healthy = await Promise.all(
    lessons.slice(attacks.length, attacks.length + HEALTHY).map((lesson) => openHealthy(url, lesson)),
  );
  const strike = await attackers([url, String(options.seconds), await planOf(attacks, lessons)]);
  await sleep(options.warmUp);
  healthy.forEach((each) => each.take());
  await options.held?.();
  const calmCpu = cpuOf(url);
  await sleep(options.calm);
  const memory = { before: await memoryOf(url), most: 0, after: 0 };
  const calm = healthy.flatMap((each) => each.take());
  const cpu = { calm: await (await calmCpu)(), during: 0 };
  const held = { calm: (await options.held?.()) ?? 0, during: 0 };

  const cpuDuring = await cpuOf(url);
  const striking = strike();
  let over = false;
  const watching = (async () => {
    while (!over) {
      memory.most = Math.max(memory.most, await memoryOf(url));
      await sleep(500);
    }
  })();
  const outcomes = await striking.finally(() => (over = true));
  cpu.during = await cpuDuring();
  held.during = (await options.held?.()) ?? 0;
  await watching;
  const during = latency(healthy.flatMap((each) => each.take()));
  await sleep(options.calm);
  memory.after = await memoryOf(url);
  calm.push(...healthy.flatMap((each) => each.take()));
  const harm = (await Promise.all(healthy.map((each) => each.stop()))).flat();
  return { calm: latency(calm), during, cpu, held: options.held === undefined ? null : held, harm, memory, outcomes };
}

/** Attacks by the tutor of all lessons. */
const BY_TUTOR = ["downloads", "pages"];

/** Each other attack by a student of its own. */
async function planOf(
  attacks: readonly (readonly [name: string, size: number])[],
  lessons: readonly RunningLesson[],
): Promise<string> {
  const plan = attacks.map(async ([name, size], i) => {
    const { student, whiteboard } = lessons[i] as RunningLesson;
    const token = BY_TUTOR.includes(name) ? await tokenFor(1, "tutor") : await tokenFor(student, "student");
    return [name, { size, whiteboard, token }] as const;
  });
  return JSON.stringify(Object.fromEntries(await Promise.all(plan)));
}

/** Brings attackers up, and lets go of them when that is called: what became of their clients. */
async function attackers(args: readonly string[]): Promise<() => Promise<HostileReport["outcomes"]>> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  // Attackers have machines of their own: what they compute must not keep the server and the healthy from theirs.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const outcomes = new Promise<HostileReport["outcomes"]>((resolve, reject) => {
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as HostileReport["outcomes"]);
      else reject(new Error(`the attackers ended with ${code}`));
    });
  });
  await Promise.race([once(child, "message"), outcomes]);
  return () => {
    child.send("go");
    return outcomes;
  };
}

/** What the server says of itself. */
async function metric(url: string, name: string): Promise<number> {
  const page = await (await fetch(new URL("/metrics", url))).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(page)?.[1]);
}

/** In megabytes. */
async function memoryOf(url: string): Promise<number> {
  return Math.round((await metric(url, "process_resident_memory_bytes")) / MIB);
}

/** Answers, when it is asked, how many milliseconds of a processor the server took in a second since then. */
async function cpuOf(url: string): Promise<() => Promise<number>> {
  const [began, before] = [performance.now(), await metric(url, "process_cpu_seconds_total")];
  return async () => {
    const taken = (await metric(url, "process_cpu_seconds_total")) - before;
    return Math.round((taken * 1_000_000) / (performance.now() - began));
  };
}

function latency(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (part: number) => Math.round((sorted[Math.floor(sorted.length * part)] ?? NaN) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}
