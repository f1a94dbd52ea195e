import { readFileSync } from "node:fs";
import { createClient } from "graphql-ws";
import { preview } from "vite";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { findBrowser, openBrowser } from "../../support/browser.ts";
import { freePort } from "../../support/ports.ts";
import { read } from "../../support/reader.ts";
import { runningLesson, SECRET, tokenFor } from "../../support/running-lesson.ts";
import { startServer, storeDirectory, temporaryDirectory } from "../../support/server.ts";
import { buildViteProject, newViteProject } from "../../support/vite-project.ts";

const { missing } = findBrowser();

/** The example as it stands in the README. */
function example(): string {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const [, code] = /## In a front end\n[^]*?```ts\n([^]*?)```/.exec(readme) ?? [];
  if (code === undefined) throw new Error("the README has no example for front ends");
  return code;
}

const PRESENCE =
  "subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { student { connected } } }";

describe.skipIf(missing)(`a new Vite project${missing ? ` (skipped: ${missing})` : ""}`, () => {
  test("P9 attends with the README's example as it stands", async () => {
    const [data, project] = [storeDirectory(), temporaryDirectory()];
    onTestFinished(() => [data, project].forEach((each) => each.dispose()));
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const server = startServer({ DATA_DIR: data.path, JWT_SECRET: SECRET, CORS_ORIGINS: origin });
    onTestFinished(async () => {
      server.process.kill("SIGTERM");
      await server.exited;
    });
    newViteProject(project.path, example());
    await buildViteProject(project.path);
    const serving = { port, strictPort: true, host: "127.0.0.1" };
    const site = await preview({ root: project.path, configFile: false, logLevel: "error", preview: serving });
    onTestFinished(() => site.close());

    const url = await server.ready;
    // On a fresh database it is number 1.
    expect(await runningLesson(url)).toMatchObject({ whiteboard: "1" });
    const connectionParams = { authorization: `Bearer ${await tokenFor(1, "tutor")}` };
    const watcher = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams });
    onTestFinished(() => void watcher.dispose());
    const presence = read(watcher, PRESENCE, { whiteboard: "1" }, "presence");
    expect(await presence.next()).toEqual({ student: { connected: false } });

    // The example's address leads to the test's server.
    const browser = await openBrowser([`--host-resolver-rules=MAP localhost:4000 ${new URL(url).host}`]);
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const token = await tokenFor(2, "student");
    page.on("dialog", (dialog) => void dialog.accept(dialog.message().startsWith("Whiteboard") ? "1" : token));
    await page.goto(origin);
    expect(await presence.next(15_000)).toEqual({ student: { connected: true } });
    await expect.poll(() => page.innerText("body")).toBe("connected");
    await page.close();
    expect(await presence.next()).toEqual({ student: { connected: false } });
    expect(browser.complaints).toEqual([]);
  });
});
