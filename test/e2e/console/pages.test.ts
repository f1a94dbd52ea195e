import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import type { Role } from "../../../src/auth/claims.ts";
import { developmentSecret } from "../../../src/auth/secret.ts";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { asked, expectAccessible, openConsole, saidOn } from "../../support/console.ts";
import { type Server, startServer, storeDirectory } from "../../support/server.ts";

const { missing } = findBrowser();
const BUDGET = 150 * 1024;

test("the console's script has at most 150 KB, gzipped", () => {
  const scripts = readdirSync("dist/console/assets").filter((name) => name.endsWith(".js"));
  const sizes = scripts.map((name) => gzipSync(readFileSync(`dist/console/assets/${name}`), { level: 9 }).length);
  expect(scripts.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(BUDGET);
});

describe.skipIf(missing)(`the console's pages${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const directory = storeDirectory();
  let server: Server;
  let url: string;
  let browser: TestBrowser;
  beforeAll(async () => {
    // In development and with a secret of its own, as `npm start` is at first.
    server = startServer({ DATA_DIR: directory.path, NODE_ENV: "development" });
    [url, browser] = await Promise.all([server.ready, openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.process.kill("SIGTERM");
    await server?.exited;
    directory.dispose();
  });
  const token = async (user: number, role: Role) => {
    const secret = await developmentSecret(directory.path);
    return issueDevelopmentToken({ secret, user, roles: [role], expiresInSeconds: 600, now: Date.now() });
  };
  const newPage = async (): Promise<Page> => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    return page;
  };
  const fits = (page: Page) => page.evaluate("document.documentElement.scrollWidth <= innerWidth");

  test("in development an admin signs in by one click, and finds nothing to object to on a phone", async () => {
    const page = await newPage();
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(new URL("/console", url).href);
    const admin = page.getByRole("button", { name: /^Developer/ });
    await admin.waitFor();
    // Nobody of the demo is in this database.
    expect(await page.locator(".people button").count()).toBe(1);
    await expectAccessible(page);
    expect(await fits(page)).toBe(true);
    await admin.click();
    await page.getByText("No sessions on this day.").waitFor();
    await expectAccessible(page);
    expect(await fits(page)).toBe(true);
    expect(browser.complaints).toEqual([]);
  });

  test("§6 a long list comes in pages; its days, its filters and its table are the viewer's own", async () => {
    const admin = await token(8, "admin");
    await asked(
      url,
      admin,
      `mutation { a: upsertUser(input: { id: 1, name: "Tia" }) { id } p: upsertUser(input: { id: 3, name: "Pat" }) { id }
         b: upsertUser(input: { id: 2, name: "Sam", parentIds: [3] }) { id } }`,
    );
    const start = new Date();
    start.setMinutes(0, 0, 0);
    const times = { $from: start.toISOString(), $to: new Date(start.getTime() + 3_600_000).toISOString() };
    const schedule = (count: number) =>
      `mutation { ${Array.from(
        { length: count },
        (
          _,
          index,
        ) => `s${index}: scheduleSession(input: { tutorId: 1, studentId: 2, title: "Lesson", timeZone: "Asia/Kathmandu",
          scheduledStart: "${times.$from}", scheduledEnd: "${times.$to}" }) { id }`,
      ).join("\n")} }`;
    for (let made = 0; made < 105; made += 15) await asked(url, admin, schedule(15));
    const page = await newPage();
    // Who exists is offered, with the role that they have in it.
    await page.goto(new URL("/console", url).href);
    for (const name of [/^Tia.*tutor$/, /^Sam.*student$/, /^Pat.*parent$/])
      await page.getByRole("button", { name }).waitFor();
    await openConsole(page, url, await token(3, "parent"));
    const rows = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    await expect.poll(() => rows.count()).toBe(100);
    await page.getByText("in Kathmandu").first().waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("101–105 of 105").waitFor();
    await expect.poll(() => rows.count()).toBe(5);
    await expectAccessible(page);
    const table = async () => {
      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save as CSV" }).click();
      return readFileSync(await (await saving).path(), "utf8")
        .trim()
        .split("\n");
    };
    expect(await table()).toHaveLength(106);

    // A parent reports, and sees no more than their own.
    await rows.first().getByRole("link").click();
    await page.getByRole("group", { name: "Student, Sam" }).getByText("Excused").click();
    await page.getByRole("button", { name: "Save decision" }).click();
    await page.getByRole("region", { name: "What you decided" }).getByText("reported as a parent").waitFor();
    expect(await page.getByRole("heading", { name: "Suggestion" }).count()).toBe(0);
    await expectAccessible(page);
    await page.getByRole("link", { name: "Back to the list" }).click();
    await page.getByRole("link", { name: "Live now" }).click();
    await page.getByText("Nothing is live on this day right now.").waitFor();
    expect(await table()).toHaveLength(1);
    await page.getByRole("link", { name: /^Next day/ }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => saidOn(page)).toContain("0 sessions.");
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toMatch(/^Next day/);
    await page.getByRole("link", { name: "All", exact: true }).click();
    await page.getByText("No sessions on this day.").waitFor();
    await page.goBack();
    await page.getByText("Nothing is live on this day right now.").waitFor();
    expect(browser.complaints).toEqual([]);
  });
});
