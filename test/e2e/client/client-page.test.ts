import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { blankPage } from "../../support/blank-page.ts";
import { findBrowser } from "../../support/browser.ts";
import { read } from "../../support/reader.ts";
import { runningLesson, SECRET, tokenFor } from "../../support/running-lesson.ts";
import { type Server, startServer, storeDirectory } from "../../support/server.ts";
import { openTabs } from "../../support/tabs.ts";

const { path, missing } = findBrowser();

/** `rollcall/client` as a bundler makes it for a page. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["dist/client/index.js"],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    globalName: "rollcall",
  });
  return outputFiles[0]!.text;
}

interface Seen {
  readonly event: string;
  readonly student: { readonly connected: boolean; readonly active: boolean };
}

const PRESENCE = `subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) {
  event student { connected active } } }`;

test("the package offers its client as a part of its own", () => {
  const program =
    'import("rollcall/client").then(({ attend, createClient }) => console.log(typeof attend, typeof createClient))';
  expect(execFileSync(process.execPath, ["-e", program], { encoding: "utf8" })).toBe("function function\n");
});

describe.skipIf(missing)(`rollcall/client in a page${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const directory = storeDirectory();
  let page: Awaited<ReturnType<typeof blankPage>>;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    page = await blankPage();
    server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, CORS_ORIGINS: page.origin });
    url = await server.ready;
  });
  afterAll(async () => {
    server?.process.kill("SIGTERM");
    await server?.exited;
    page?.dispose();
    directory.dispose();
  });

  /** A page that attends as Sam, and what Tia sees of it. */
  async function attending() {
    const { whiteboard } = await runningLesson(url);
    const connectionParams = { authorization: `Bearer ${await tokenFor(1, "tutor")}` };
    const watcher = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams });
    onTestFinished(() => void watcher.dispose());
    const presence = read<Seen>(watcher, PRESENCE, { whiteboard }, "presence");
    await presence.next();
    const tabs = await openTabs(path!);
    onTestFinished(() => tabs.dispose());
    const tab = await tabs.open(page.origin);
    await tab.evaluate(await bundle());
    const token = JSON.stringify(await tokenFor(2, "student"));
    await tab.evaluate(`var states = [];
      var attending = rollcall.attend({ url: "${url}", token: ${token}, whiteboardSessionId: ${whiteboard},
        onChange: ({ state }) => { if (state !== states.at(-1)) states.push(state); } });
      undefined`);
    expect(await presence.next(10_000)).toMatchObject({ event: "CONNECTED", student: { active: true } });
    return { tabs, tab, presence };
  }

  test("P9, P10 attends; a hidden tab is idle, a page that is left is gone, and comes back with its page", async () => {
    const { tabs, tab, presence } = await attending();
    await tabs.open("about:blank");
    expect(await presence.next(10_000)).toEqual({ event: "ACTIVITY", student: { connected: true, active: false } });
    await tab.front();
    expect(await presence.next(10_000)).toEqual({ event: "ACTIVITY", student: { connected: true, active: true } });
    expect(await tab.evaluate("states")).toEqual(["connected"]);

    await tab.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    expect(await presence.next(10_000)).toMatchObject({ event: "DISCONNECTED", student: { connected: false } });
    expect(await tab.evaluate("attending.state")).toBe("reconnecting");
    await tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    expect(await presence.next(10_000)).toMatchObject({ event: "CONNECTED", student: { active: true } });

    await expect.poll(() => tab.evaluate("attending.state")).toBe("connected");
    await tab.evaluate("attending.leave()");
    expect(await presence.next(10_000)).toMatchObject({ event: "DISCONNECTED", student: { connected: false } });
    expect(await tab.evaluate("states")).toEqual(["connected", "reconnecting", "connected", "ended"]);
  });

  test("P8, P9 a page that is offline says so and is gone, and comes back when it is online", async () => {
    const { tab, presence } = await attending();
    await expect.poll(() => tab.evaluate("attending.state")).toBe("connected");
    await tab.online(false);
    await expect.poll(() => tab.evaluate("attending.state")).toBe("reconnecting");
    expect(await presence.next(10_000)).toMatchObject({ event: "DISCONNECTED", student: { connected: false } });
    await tab.online(true);
    expect(await presence.next(10_000)).toMatchObject({ event: "CONNECTED", student: { connected: true } });
    await expect.poll(() => tab.evaluate("attending.state")).toBe("connected");
    expect(await tab.evaluate("states")).toEqual(["connected", "reconnecting", "connected"]);
  });
});
