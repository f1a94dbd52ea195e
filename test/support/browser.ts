import { existsSync } from "node:fs";
import { chromium, type BrowserContext, type Page } from "playwright-core";

/** A browser for tests is used where it is, and never downloaded: `npm test` passes on a machine with Node alone. */
export type FoundBrowser = { path: string; missing?: undefined } | { path?: undefined; missing: string };

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * The Chromium of CHROMIUM_PATH, or one in its usual place; `missing` says why there is none, for the title of what is
 * skipped. Throws when CHROMIUM_PATH names nothing (whoever sets it, CI above all, wants no silent skip), unless it is
 * "off", which skips.
 */
export function findBrowser(env: Record<string, string | undefined> = process.env): FoundBrowser {
  const chosen = env.CHROMIUM_PATH;
  if (chosen === "off") return { missing: "CHROMIUM_PATH is off" };
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH=${chosen} does not exist`);
    return { path: chosen };
  }
  const path = PLACES.find((place) => existsSync(place));
  return path === undefined ? { missing: `no Chromium: set CHROMIUM_PATH` } : { path };
}

export interface TestBrowser {
  readonly context: BrowserContext;
  /** Every request to anything but loopback: blocked, and listed here. */
  readonly foreignRequests: readonly string[];
  /** What pages wrote as errors and warnings to their console, violations of their content security policy included. */
  readonly complaints: readonly string[];
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a headless Chromium that reaches loopback only. Throws when there is none: see `findBrowser` before. */
export async function openBrowser(extraArgs: readonly string[] = []): Promise<TestBrowser> {
  const { path, missing } = findBrowser();
  if (path === undefined) throw new Error(`This test needs a browser: ${missing}`);
  const browser = await chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...extraArgs,
    ],
  });
  const viewport = { width: 1400, height: 900 };
  const context = await browser.newContext({ viewport, serviceWorkers: "block", timezoneId: whereItIsNoon() });
  const foreignRequests: string[] = [];
  const complaints: string[] = [];
  await context.route("**", (route) => {
    const url = new URL(route.request().url());
    if (["data:", "blob:"].includes(url.protocol) || isLoopback(url)) return route.continue();
    foreignRequests.push(url.href);
    return route.abort();
  });
  await context.routeWebSocket(
    (url) => !isLoopback(url),
    (socket) => {
      foreignRequests.push(socket.url());
      void socket.close();
    },
  );
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(error.error().message));
  return { context, foreignRequests, complaints, newPage: () => context.newPage(), close: () => browser.close() };
}

/** Where lessons of some hours ago and of soon are all today's, whenever the tests run. */
function whereItIsNoon(): string {
  const east = 12 - new Date().getUTCHours();
  // By their names these zones lie on the other side of Greenwich.
  return east === 0 ? "Etc/GMT" : `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`;
}

function isLoopback(url: URL): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}
