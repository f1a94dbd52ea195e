import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expectCode } from "../../domain/errors.ts";
import { StartupError } from "../../startup-error.ts";

/** Who holds a directory. The process id alone is no identity: ids are used again, and are counted anew in a container. */
interface Holder {
  readonly pid: number;
  /** When the process started, in the kernel's ticks since boot; "" where there is no /proc. */
  readonly started: string;
  /** Machine, boot and process namespace within which the two above mean something. */
  readonly realm: string;
  readonly token: string;
}

export interface DirectoryLock {
  /** False once another process has taken the directory, which it does only while this one is frozen, as by SIGSTOP. */
  isHeld(): boolean;
  release(): void;
}

const BEAT_MS = 1_000;
const heldHere = new Set<string>();
const sequenceOf = (file: string) => Number(/^lock-(\d+)$/.exec(file)?.[1] ?? 0);
const pathOf = (directory: string, sequence: number) => join(directory, `lock-${sequence}`);

/**
 * Takes the directory for this process, or refuses naming the process that has it. The lock is the file `lock-<n>` with the
 * highest n: empty when released, else its holder. Taking it means making n+1, which only one can (link fails on an existing name),
 * and the highest file is never removed; so whoever decided on an outdated view finds a higher one and has lost.
 * @param onTaken called, soon after, when another process has taken it from this one
 */
export async function lockDirectory(directory: string, onTaken: () => void = () => {}): Promise<DirectoryLock> {
  const holder: Holder = { pid: process.pid, started: startOf(process.pid), realm: realm(), token: randomUUID() };
  const draft = join(directory, `lock-${holder.token}`);
  fs.writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (;;) {
      const current = highest(directory);
      if (current > 0) await refuseIfHeld(directory, pathOf(directory, current));
      const mine = current + 1;
      try {
        fs.linkSync(draft, pathOf(directory, mine));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
        throw error;
      }
      if (highest(directory) === mine) return hold(directory, mine, holder.token, onTaken);
      fs.rmSync(pathOf(directory, mine), { force: true });
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function hold(directory: string, sequence: number, token: string, onTaken: () => void): DirectoryLock {
  const path = pathOf(directory, sequence);
  heldHere.add(token);
  for (const file of fs.readdirSync(directory)) {
    const lower = sequenceOf(file);
    if (lower > 0 && lower < sequence) fs.rmSync(join(directory, file), { force: true });
  }
  // The next holder removes this file before it uses the directory, and its number is never used again.
  const isHeld = () => fs.statSync(path, { throwIfNoEntry: false }) !== undefined;
  // For takers that can't see this process, such as another container on the same volume.
  const beat = setInterval(() => {
    const now = new Date();
    fs.utimes(path, now, now, (error) => error?.code === "ENOENT" && heldHere.has(token) && onTaken());
  }, BEAT_MS);
  beat.unref();
  return {
    isHeld,
    release() {
      if (!heldHere.delete(token)) return;
      clearInterval(beat);
      if (isHeld()) fs.truncateSync(path, 0);
    },
  };
}

const highest = (directory: string) => Math.max(0, ...fs.readdirSync(directory).map(sequenceOf));

async function refuseIfHeld(directory: string, path: string): Promise<void> {
  const holder = read(path);
  if (!holder || !(await isAlive(holder, path))) return;
  throw new StartupError(
    "DATA_DIRECTORY_IN_USE",
    `Process ${holder.pid} is already running on ${directory}: two on one data directory destroy each other. ` +
      "Stop it, or give this one another DATA_DIR.",
  );
}

/** The holder, or undefined when the lock was released or the file is gone because somebody took a higher one. */
function read(path: string): Holder | undefined {
  try {
    const text = fs.readFileSync(path, "utf8");
    return text === "" ? undefined : (JSON.parse(text) as Holder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.realm !== realm()) return isBeating(path);
  if (holder.started !== "") return holder.started === startOf(holder.pid);
  if (holder.pid === process.pid) return heldHere.has(holder.token);
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    expectCode(error, "EPERM", "ESRCH");
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isBeating(path: string): Promise<boolean> {
  const seen = fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  await sleep(5 * BEAT_MS);
  return fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs !== seen;
}

/** Field 22 of /proc/<pid>/stat; "" for a process that is gone, or dead and not yet reaped. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold anything
    return /[ZX]/.test(fields[0] ?? "") ? "" : (fields[19] ?? "");
  } catch (error) {
    expectCode(error, "ENOENT", "ESRCH");
    return "";
  }
}

function realm(): string {
  try {
    return `${fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fs.readlinkSync("/proc/self/ns/pid")}`;
  } catch (error) {
    expectCode(error, "ENOENT", "EACCES", "EPERM");
    return hostname();
  }
}
