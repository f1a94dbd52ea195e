import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";

/** A tab, driven by the DevTools protocol itself: Playwright keeps every page visible, and its timers running. */
export interface Tab {
  evaluate<T>(expression: string): Promise<T>;
  /** Puts it in front of all others again. */
  front(): Promise<void>;
  /** Takes its network away, or gives it back. */
  online(is: boolean): Promise<void>;
}

export interface Tabs {
  readonly process: ChildProcess;
  /** Opens a tab in front of all others: those are hidden from then on. */
  open(url: string): Promise<Tab>;
  dispose(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Evaluated<T> {
  readonly result: { readonly value: T };
  readonly exceptionDetails?: object;
}

const LOADED = `document.readyState === "complete" || new Promise((done) => addEventListener("load", () => done(true)))`;

/** Starts a headless Chromium with the throttling of hidden tabs that people have. */
export async function openTabs(browser: string): Promise<Tabs> {
  const profile = mkdtempSync(join(tmpdir(), "rollcall-tabs-"));
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", ...quiet, "--disable-sync"];
  const chrome = spawn(browser, [...args, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], {
    // With its children as a group, so that all of them end together.
    detached: true,
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = "";
    chrome.once("exit", () => reject(new Error(`the browser ended:\n${output}`)));
    chrome.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const found = /ws:\/\/\S+/.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const send = await connect(endpoint);
  return {
    process: chrome,
    async open(url) {
      const { targetId } = await send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send<{ sessionId: string }>("Target.attachToTarget", { targetId, flatten: true });
      await send("Target.activateTarget", { targetId });
      const tab: Tab = {
        front: async () => void (await send("Target.activateTarget", { targetId })),
        async online(is) {
          const network = { offline: !is, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
          await send("Network.emulateNetworkConditions", network, sessionId);
        },
        async evaluate<T>(expression: string) {
          const wish = { expression, returnByValue: true, awaitPromise: true };
          const answer = await send<Evaluated<T>>("Runtime.evaluate", wish, sessionId);
          if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
          return answer.result.value;
        },
      };
      // A target made with its address is there before its document: what ran in the empty one before went with it.
      await send("Page.navigate", { url }, sessionId);
      await tab.evaluate(LOADED);
      return tab;
    },
    async dispose() {
      // A test may have killed it to see what comes of it.
      if (chrome.exitCode === null && chrome.signalCode === null) {
        process.kill(-chrome.pid!, "SIGKILL");
        await once(chrome, "exit");
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

async function connect(endpoint: string) {
  const socket = new WebSocket(endpoint);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("error", () => undefined);
  const waiting = new Map<number, (message: Message) => void>();
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });
  let last = 0;
  return <T>(method: string, params: object, sessionId?: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result as T)));
      socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
}
