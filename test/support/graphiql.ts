import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Drives a GraphiQL page as a person would: by its buttons and its keyboard. */
export interface GraphiQLPage {
  /** The titles of the open tabs. */
  tabs(): Promise<string[]>;
  openTab(title: string): Promise<void>;
  writeQuery(text: string): Promise<void>;
  writeHeaders(text: string): Promise<void>;
  /** The button with the triangle; while a subscription runs it stops it. */
  run(): Promise<void>;
  /** Waits until the response pane shows the text; fails with what it shows instead. */
  shows(text: string | RegExp): Promise<void>;
}

/** GraphiQL takes over what was typed after 300 ms at the latest; running sooner would run the old text. */
const DEBOUNCE_MS = 500;

export async function openGraphiQL(page: Page, url: string): Promise<GraphiQLPage> {
  await page.goto(url);
  const runButton = page.locator(".graphiql-execute-button");
  await runButton.waitFor();
  const tabButtons = page.locator(".graphiql-tab-button");

  async function write(editor: string, text: string) {
    await page.locator(`${editor} .view-lines`).click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(text);
    await page.waitForTimeout(DEBOUNCE_MS);
  }

  /** The editor draws its lines in any order, and its spaces as no-break spaces. */
  async function response() {
    const lines = await page.locator(".result-window .view-line").all();
    const drawn = await Promise.all(
      lines.map(async (line) => ({ top: (await line.boundingBox())?.y ?? 0, text: await line.innerText() })),
    );
    return drawn
      .sort((a, b) => a.top - b.top)
      .map((line) => line.text.replaceAll("\u00a0", " "))
      .join("\n");
  }

  return {
    tabs: () => tabButtons.allInnerTexts(),
    async openTab(title) {
      await tabButtons.filter({ hasText: title }).click();
      await page.locator(".graphiql-tab-active").filter({ hasText: title }).waitFor();
      await page.waitForTimeout(DEBOUNCE_MS);
    },
    writeQuery: (text) => write(".graphiql-query-editor", text),
    async writeHeaders(text) {
      await page.getByRole("button", { name: "Headers", exact: true }).click();
      await write(".graphiql-editor-tool .graphiql-editor:not(.hidden)", text);
    },
    run: () => runButton.click(),
    shows: (text) => expect.poll(response, { timeout: 10_000 }).toMatch(text),
  };
}
