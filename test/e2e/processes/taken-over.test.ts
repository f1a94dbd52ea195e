import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SECRET, tokenFor } from "../../support/running-lesson.ts";
import { ask, type Server, startServer, storeDirectory } from "../../support/server.ts";

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

const TWO_STARTS = { timeout: 180_000 };

test(
  "a server that was frozen while another took its directory ends at once, and acknowledges nothing",
  TWO_STARTS,
  async () => {
    const directory = storeDirectory();
    onTestFinished(() => directory.dispose());
    const token = await tokenFor(100, "admin");
    // Which ids nobody promises: after an unclean end the sequence goes on past those that it had set aside.
    const ids = new Set<number>();
    const add = async (url: string, name: string): Promise<unknown> => {
      const { data } = await ask(url, token, `mutation { upsertUser(input: { name: "${name}" }) { id name } }`);
      if (data?.upsertUser == null) return null;
      const { id, ...added } = data.upsertUser as { id: string; name: string };
      ids.add(Number(id));
      return added;
    };
    const first = start(directory.path);
    const url = await first.ready;
    expect(await add(url, "before")).toEqual({ name: "before" });

    first.process.kill("SIGSTOP");
    const waiting = add(url, "lost").catch(() => null);
    forgetHolder(directory.path);
    const second = await start(directory.path).ready;
    expect(await add(second, "meanwhile")).toEqual({ name: "meanwhile" });

    first.process.kill("SIGCONT");
    expect(await first.exited).toBe(1);
    expect(first.output()).toMatch(/"level":"fatal".*has taken .* while this one was frozen/);
    expect(await waiting).toBeFalsy();
    expect(await add(second, "after")).toEqual({ name: "after" });
    // Nobody got the id of somebody else.
    expect(ids.size).toBe(3);
  },
);
