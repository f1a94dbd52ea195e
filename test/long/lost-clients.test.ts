import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { blankPage } from "../support/blank-page.ts";
import { findBrowser } from "../support/browser.ts";
import { read, type Reader } from "../support/reader.ts";
import { runningLesson, SECRET, tokenFor } from "../support/running-lesson.ts";
import { openTabs } from "../support/tabs.ts";
import { ask, type Server, startServer, temporaryDirectory } from "../support/server.ts";

const directory = temporaryDirectory();
let page: Awaited<ReturnType<typeof blankPage>>;
let server: Server;
let url: string;
beforeAll(async () => {
  page = await blankPage();
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, CORS_ORIGINS: page.origin });
  url = await server.ready;
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.exited;
  page.dispose();
  directory.dispose();
});

const PRESENCE = `subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) {
  event student { connected disconnectedAt lastActivityAt } } }`;

interface Seen {
  event: string;
  student: { connected: boolean; disconnectedAt: string | null; lastActivityAt: string | null };
}

async function watchAsTutor(whiteboard: string): Promise<Reader<Seen>> {
  const connectionParams = { authorization: `Bearer ${await tokenFor(1, "tutor")}` };
  const client = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams });
  onTestFinished(() => void client.dispose());
  const presence = read<Seen>(client, PRESENCE, { whiteboard }, "presence");
  expect((await presence.next()).event).toBe("SNAPSHOT");
  return presence;
}

test("P9 a client that freezes is shown as gone within 35 s, and credited to its last pong", async () => {
  const { whiteboard } = await runningLesson(url);
  const presence = await watchAsTutor(whiteboard);
  const program = fileURLToPath(new URL("../support/attendee.mjs", import.meta.url));
  const args = [program, url.replace("http", "ws"), await tokenFor(2, "student"), whiteboard];
  const attendee = spawn(process.execPath, args, { stdio: "ignore" });
  onTestFinished(() => void attendee.kill("SIGKILL"));
  expect((await presence.next(10_000)).student.connected).toBe(true);
  await sleep(25_000);
  const frozen = Date.now();
  attendee.kill("SIGSTOP");
  const gone = await presence.next(40_000);
  const noticed = Date.now() - frozen;
  console.log({
    event: gone.event,
    noticedMs: noticed,
    creditedBeforeFreezeMs: frozen - Date.parse(gone.student.disconnectedAt!),
  });
  expect(gone.student.connected).toBe(false);
  expect(noticed).toBeLessThan(35_000);
  expect(Date.parse(gone.student.disconnectedAt!)).toBeLessThanOrEqual(frozen + 100);
  expect(Date.parse(gone.student.disconnectedAt!)).toBeGreaterThan(frozen - 12_000);
}, 120_000);

const { path, missing } = findBrowser();

describe.skipIf(missing)(`in a browser${missing ? ` (skipped: ${missing})` : ""}`, () => {
  test("P9 a hidden tab with throttled timers stays connected; killed, it is gone within a second", async () => {
    const { whiteboard, sessionId } = await runningLesson(url);
    const presence = await watchAsTutor(whiteboard);
    const tabs = await openTabs(path!);
    onTestFinished(() => tabs.dispose());
    const tab = await tabs.open(page.origin);
    await tab.evaluate(attendInPage(url.replace("http", "ws"), await tokenFor(2, "student"), whiteboard));
    expect((await presence.next(10_000)).student.connected).toBe(true);

    await tabs.open("about:blank");
    await sleep(1_000);
    const before = await tab.evaluate<number>("ticks");
    await sleep(120_000);
    const ticks = (await tab.evaluate<number>("ticks")) - before;
    console.log({ state: await tab.evaluate("document.visibilityState"), ticksOf100msInTwoMinutes: ticks });
    expect(await tab.evaluate("document.visibilityState")).toBe("hidden");
    expect(ticks).toBeLessThan(200);
    expect(presence.waiting).toEqual([]);
    const query = "query ($id: ID!) { session(id: $id) { whiteboardSession { spans { lastSeenAt endedAt } } } }";
    const { data } = await ask(url, await tokenFor(1, "tutor"), query, { id: sessionId });
    const { spans } = data.session.whiteboardSession as { spans: { lastSeenAt: string; endedAt: string | null }[] };
    expect(spans).toMatchObject([{ endedAt: null }]);
    expect(Date.now() - Date.parse(spans[0]!.lastSeenAt)).toBeLessThan(15_000);

    const killed = Date.now();
    tabs.process.kill("SIGKILL");
    const gone = await presence.next(5_000);
    console.log({ event: gone.event, noticedMs: Date.now() - killed });
    expect(gone.student.connected).toBe(false);
    expect(Date.now() - killed).toBeLessThan(1_000);
  }, 240_000);
});

/** For the page: attends over a bare WebSocket, and counts how often a timer of 100 ms fires. */
function attendInPage(url: string, token: string, whiteboard: string): string {
  const init = { type: "connection_init", payload: { authorization: `Bearer ${token}` } };
  const query = "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { event } }";
  const subscribe = { id: "1", type: "subscribe", payload: { query, variables: { whiteboard } } };
  return `globalThis.ticks = 0;
    setInterval(() => { ticks += 1; }, 100);
    const socket = new WebSocket(${JSON.stringify(url)}, "graphql-transport-ws");
    socket.onopen = () => socket.send(${JSON.stringify(JSON.stringify(init))});
    socket.onmessage = ({ data }) => {
      if (JSON.parse(data).type === "connection_ack") socket.send(${JSON.stringify(JSON.stringify(subscribe))});
    };`;
}
