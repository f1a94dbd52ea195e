import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SECRET, tokenFor } from "../support/running-lesson.ts";
import { ask, type Server, startServer, storeDirectory } from "../support/server.ts";

function start(dataDir: string): Server {
  const server = startServer({ DATA_DIR: dataDir, JWT_SECRET: SECRET });
  onTestFinished(async () => {
    server.process.kill("SIGKILL");
    await server.exited;
  });
  return server;
}

/** A server in another container cannot see the holder's process, only that it stands still. */
function forgetHolder(dataDir: string): void {
  const file = join(
    dataDir,
    readdirSync(dataDir).find((name) => name.startsWith("lock-"))!,
  );
  const holder = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...holder, started: "1" }));
}

test("a server that was frozen while another took its directory ends at once, and acknowledges nothing", async () => {
  const directory = storeDirectory();
  onTestFinished(() => directory.dispose());
  const token = await tokenFor(100, "admin");
  const add = async (url: string, name: string): Promise<unknown> =>
    (await ask(url, token, `mutation { upsertUser(input: { name: "${name}" }) { id } }`)).data?.upsertUser;
  const first = start(directory.path);
  const url = await first.ready;
  expect(await add(url, "before")).toEqual({ id: "1" });

  first.process.kill("SIGSTOP");
  const waiting = add(url, "lost").catch(() => null);
  forgetHolder(directory.path);
  const second = await start(directory.path).ready;
  expect(await add(second, "meanwhile")).toEqual({ id: "2" });

  first.process.kill("SIGCONT");
  expect(await first.exited).toBe(1);
  expect(first.output()).toMatch(/"level":"fatal".*has taken .* while this one was frozen/);
  expect(await waiting).toBeFalsy();
  expect(await add(second, "after")).toEqual({ id: "3" });
});
