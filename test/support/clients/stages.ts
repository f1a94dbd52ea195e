import { build } from "esbuild";
import { WebSocket } from "ws";
import type { TestBrowser } from "../browser.ts";
import { type Library, type Place, Scene } from "./scene.ts";

type Does = "everyOperation" | "cachedAttendance" | "look" | "mark" | "watch" | "seen" | "cachedPresence" | "leave";

/** A scene, wherever it plays. */
export interface Stage {
  do<M extends Does>(method: M, ...args: Parameters<Scene[M]>): Promise<Awaited<ReturnType<Scene[M]>>>;
}

export function inNode(library: Library, place: Place): Stage {
  const scene = new Scene(library, place, WebSocket);
  return { do: (method, ...args) => (scene[method] as (...given: unknown[]) => Promise<never>)(...args) };
}

let built: Promise<string> | null = null;

/** The same code, bundled as for development, so that the libraries say what they would warn of. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["test/support/clients/page.ts"],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["development"],
    define: { "process.env.NODE_ENV": '"development"' },
  });
  return outputFiles[0]!.text;
}

export async function inPage(browser: TestBrowser, origin: string, library: Library, place: Place): Promise<Stage> {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.addScriptTag({ content: await (built ??= bundle()) });
  await page.evaluate(`var scene = openScene(${JSON.stringify(library)}, ${JSON.stringify(place)})`);
  return {
    // As text, because functions of this file do not exist in the page.
    do: (method, ...args) => page.evaluate(`scene.${method}(...${JSON.stringify(args)})`),
  };
}
