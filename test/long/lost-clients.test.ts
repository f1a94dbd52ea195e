import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { chromium } from "playwright-core";
import { WebSocket } from "ws";
import { findBrowser } from "../support/browser.ts";
import { read, type Reader } from "../support/reader.ts";
import { runningLesson, SECRET, tokenFor } from "../support/running-lesson.ts";
import { ask, type Server, startServer, temporaryDirectory } from "../support/server.ts";

const directory = temporaryDirectory();
let server: Server;
let url: string;
beforeAll(async () => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET });
  url = await server.ready;
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.exited;
  directory.dispose();
});

const PRESENCE = `subscription ($room: ID!) { presence(whiteboardSessionId: $room) {
  event student { connected disconnectedAt lastActivityAt } } }`;

interface Seen {
  event: string;
  student: { connected: boolean; disconnectedAt: string | null; lastActivityAt: string | null };
}

async function watchAsTutor(room: string): Promise<Reader<Seen>> {
  const connectionParams = { authorization: `Bearer ${await tokenFor(1, "tutor")}` };
  const client = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams });
  onTestFinished(() => void client.dispose());
  const presence = read<Seen>(client, PRESENCE, { room }, "presence");
  expect((await presence.next()).event).toBe("SNAPSHOT");
  return presence;
}

test("P9 a client that freezes is shown as gone within 35 s, and credited to its last pong", async () => {
  const { room } = await runningLesson(url);
  const presence = await watchAsTutor(room);
  const program = fileURLToPath(new URL("../support/attendee.mjs", import.meta.url));
  const args = [program, url.replace("http", "ws"), await tokenFor(2, "student"), room];
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
    const { room, sessionId } = await runningLesson(url);
    const presence = await watchAsTutor(room);
    const browser = await chromium.launchServer({
      executablePath: path,
      // Playwright switches throttling off; here it is the point.
      ignoreDefaultArgs: [
        "--disable-background-timer-throttling",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
      ],
      args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
    });
    const chrome = browser.process();
    onTestFinished(() => void chrome.kill("SIGKILL"));
    const context = await (await chromium.connect(browser.wsEndpoint())).newContext();
    const page = await context.newPage();
    await page.goto(new URL("/health/live", url).href);
    await page.evaluate(attendInPage, { url: url.replace("http", "ws"), token: await tokenFor(2, "student"), room });
    expect((await presence.next(10_000)).student.connected).toBe(true);

    await (await context.newPage()).bringToFront();
    await sleep(120_000);
    const hidden = await page.evaluate(
      () => (globalThis as unknown as { seen: { state: string; ticks: number } }).seen,
    );
    console.log(hidden);
    expect(presence.waiting).toEqual([]);
    const spans =
      "query ($id: ID!) { session(id: $id) { whiteboardSession { spans { startedAt lastSeenAt endedAt } } } }";
    const before = (await ask(url, await tokenFor(1, "tutor"), spans, { id: sessionId })).data.session
      .whiteboardSession;
    expect(before.spans).toHaveLength(1);
    expect(Date.now() - Date.parse(before.spans[0].lastSeenAt as string)).toBeLessThan(15_000);

    const killed = Date.now();
    chrome.kill("SIGKILL");
    const gone = await presence.next(5_000);
    console.log({ event: gone.event, noticedMs: Date.now() - killed });
    expect(gone.student.connected).toBe(false);
    expect(Date.now() - killed).toBeLessThan(1_000);
  }, 240_000);
});

/** Runs in the page: attends over a bare WebSocket, and counts how often a timer of 100 ms fires. */
function attendInPage({ url, token, room }: { url: string; token: string; room: string }): void {
  const page = globalThis as unknown as {
    WebSocket: typeof WebSocket;
    document: { visibilityState: string };
    seen: { state: string; ticks: number };
    setInterval: (run: () => void, ms: number) => unknown;
  };
  const socket = new page.WebSocket(url, "graphql-transport-ws");
  const query = "subscription ($room: ID!) { attend(whiteboardSessionId: $room) { event } }";
  socket.onopen = () =>
    socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data as string) as { type: string };
    if (message.type !== "connection_ack") return;
    socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables: { room } } }));
  };
  page.seen = { state: "", ticks: 0 };
  page.setInterval(() => {
    page.seen = { state: page.document.visibilityState, ticks: page.seen.ticks + 1 };
  }, 100);
}
