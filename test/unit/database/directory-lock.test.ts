import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDirectory } from "../../../src/database/client/directory-lock.ts";

let directory: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rollcall-lock-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

const IN_USE = { code: "DATA_DIRECTORY_IN_USE" };
const files = () => readdirSync(directory).sort();

/** A process that takes the lock, says «held» or «refused», and keeps what it has until it is killed. */
async function taker(): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    const { lockDirectory } = await import(${JSON.stringify(new URL("../../../src/database/client/directory-lock.ts", import.meta.url).href)});
    await lockDirectory(${JSON.stringify(directory)}).then(() => console.log("held"), (error) => console.log(error.code));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL("../../../", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const said = await new Promise<string>((resolve) =>
    child.stdout.once("data", (data) => resolve(String(data).trim())),
  );
  return { child, said };
}

/** The lock of this process, changed to look like another's. */
async function forged(change: Record<string, unknown>): Promise<string> {
  const lock = await lockDirectory(directory);
  const path = join(directory, files()[0]!);
  const holder = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  lock.release();
  writeFileSync(path, JSON.stringify({ ...holder, ...change }));
  return path;
}

test("a directory is held by one, who is named to the next, until it is released", async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    ...IN_USE,
    message: expect.stringMatching(new RegExp(`Process ${process.pid} .*DATA_DIR`)) as unknown,
  });
  lock.release();
  lock.release();
  (await lockDirectory(directory)).release();
});

test("nothing but one lock file stays, however often it is taken", async () => {
  for (let turn = 0; turn < 5; turn++) (await lockDirectory(directory)).release();
  expect(files()).toEqual(["lock-5"]);
});

test("a running process keeps it; after kill -9 it is taken over at once, even before anybody reaped the process", async () => {
  const { child, said } = await taker();
  expect(said).toBe("held");
  await expect(lockDirectory(directory)).rejects.toMatchObject({
    ...IN_USE,
    message: expect.stringContaining(`Process ${child.pid} `) as unknown,
  });
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  const before = performance.now();
  (await lockDirectory(directory)).release();
  expect(performance.now() - before).toBeLessThan(1_000);
});

test("of many that find a dead holder at once, one gets it", async () => {
  await forged({ pid: 2 ** 22 + 1 });
  const takers = await Promise.all([taker(), taker(), taker(), taker()]);
  expect(takers.map(({ said }) => said).sort()).toEqual([IN_USE.code, IN_USE.code, IN_USE.code, "held"]);
  expect(files()).toHaveLength(1);
});

test.runIf(process.platform === "linux")("a process id that another process has by now is no holder", async () => {
  await forged({ started: "1" });
  (await lockDirectory(directory)).release();
});

test("a file that is cut off or no lock at all is no holder", async () => {
  writeFileSync(join(directory, "lock-3"), '{"pid": 1');
  (await lockDirectory(directory)).release();
  expect(files()).toEqual(["lock-4"]);
});

test(
  "a holder that can't be seen from here, in another container, is told by its beat",
  { timeout: 20_000 },
  async () => {
    const path = await forged({ realm: "elsewhere" });
    const beat = setInterval(() => utimesSync(path, new Date(), new Date()), 500);
    await expect(lockDirectory(directory)).rejects.toMatchObject(IN_USE);
    clearInterval(beat);
    (await lockDirectory(directory)).release();
  },
);
