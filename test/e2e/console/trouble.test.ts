import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { asked, bookLessons, expectAccessible, openConsole, signIn } from "../../support/console.ts";
import { freePort } from "../../support/ports.ts";
import { SECRET, tokenFor } from "../../support/running-lesson.ts";
import { type Server, startServer, storeDirectory } from "../../support/server.ts";

const { missing } = findBrowser();
const DAY = 86_400_000;

describe.skipIf(missing)(`trouble in the console${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const directory = storeDirectory();
  let server: Server;
  let env: Record<string, string>;
  let url: string;
  let browser: TestBrowser;
  let lesson: string;
  beforeAll(async () => {
    env = { DATA_DIR: directory.path, JWT_SECRET: SECRET, PORT: String(await freePort()) };
    server = startServer(env);
    [url, browser] = await Promise.all([server.ready, openBrowser()]);
    [lesson = ""] = await bookLessons(url, [{ title: "Algebra", from: -0.05, to: 60 }]);
    await asked(url, await tokenFor(8, "admin"), `mutation { openWhiteboard(sessionId: ${lesson}) { id } }`);
  });
  afterAll(async () => {
    await browser?.close();
    server?.process.kill("SIGTERM");
    await server?.exited;
    directory.dispose();
  });
  const newPage = async (): Promise<Page> => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    return page;
  };

  test("§6 what is no token, a foreign one and an expired one are refused in words, and kept nowhere", async () => {
    const page = await newPage();
    await page.goto(new URL("/console", url).href);
    await signIn(page, "abc");
    await page.getByText("That doesn't look like a token").waitFor();
    const claims = { user: 1, roles: ["tutor"] as const, now: Date.now() };
    const foreign = { ...claims, secret: "another server's secret, as long as ours", expiresInSeconds: 60 };
    const old = { ...claims, secret: SECRET, now: Date.now() - DAY, expiresInSeconds: 60 };
    for (const wish of [foreign, old]) {
      await signIn(page, await issueDevelopmentToken(wish));
      await page.getByText("The server does not accept this token").waitFor();
      expect(await page.evaluate("JSON.stringify([{ ...sessionStorage }, { ...localStorage }])")).toBe("[{},{}]");
    }
    await expectAccessible(page);
    await signIn(page, `Bearer ${await tokenFor(1, "tutor")}\n`);
    await page.getByRole("link", { name: "Algebra" }).waitFor();
    expect(await page.evaluate("Object.keys(localStorage).length")).toBe(0);
  });

  test("§6 a sign-in that expires is asked for anew, over the page and what was written on it", async () => {
    const page = await newPage();
    const address = `/console/sessions/${lesson}`;
    await page.goto(new URL(address, url).href);
    // Made when the page is there: on a slow machine it would be over before it is used.
    const short = { user: 1, roles: ["tutor"] as const, name: "Tia", secret: SECRET, now: Date.now() };
    await signIn(page, await issueDevelopmentToken({ ...short, expiresInSeconds: 5 }));
    await page.getByLabel("Note").fill("Half a sentence");
    const dialog = page.getByRole("dialog", { name: "Your sign-in has expired" });
    await dialog.waitFor({ timeout: 10_000 });
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    await expectAccessible(page);
    await signIn(page, await tokenFor(1, "tutor"));
    await dialog.waitFor({ state: "detached" });
    expect(await page.getByLabel("Note").inputValue()).toBe("Half a sentence");
    expect(new URL(page.url()).pathname).toBe(address);
    // It is live again: what somebody else decides shows by itself.
    const mark = `mutation { markAttendance(input: { sessionId: ${lesson}, tutorStatus: LATE }) { id } }`;
    await asked(url, await tokenFor(1, "tutor"), mark);
    await page.getByRole("region", { name: "Decisions" }).getByText("Late").waitFor();
  });

  test("M5 of two who decide at once the later is told, sees what was decided, and keeps their note", async () => {
    const page = await newPage();
    await openConsole(page, url, await tokenFor(8, "admin"), `/console/sessions/${lesson}`);
    await page.getByRole("group", { name: "Student, Sam" }).getByText("Absent").click();
    await page.getByLabel("Note").fill("Nobody came.");
    // The other's mark goes in while this one is on its way.
    let first = true;
    await page.route("**/graphql", async (route) => {
      if (first && route.request().postData()?.includes("markAttendance")) {
        first = false;
        const other = `mutation { markAttendance(input: { sessionId: ${lesson}, studentStatus: EXCUSED }) { id } }`;
        await asked(url, await tokenFor(8, "admin"), other);
      }
      return route.fallback();
    });
    await page.getByRole("button", { name: "Save decision" }).click();
    await page.getByText("Someone else saved first.").waitFor();
    await page.getByRole("region", { name: "Decisions" }).getByText("Excused").waitFor();
    expect(await page.getByLabel("Note").inputValue()).toBe("Nobody came.");
    await page.getByRole("button", { name: "Save decision" }).click();
    await page.getByRole("region", { name: "Decisions" }).getByText("Absent").waitFor();
  });

  test("§6 what is not the viewer's own looks like what does not exist", async () => {
    const page = await newPage();
    await openConsole(page, url, await tokenFor(99, "tutor"), `/console/sessions/${lesson}`);
    await page.getByText(`There is no session ${lesson}, or it is not one of yours.`).waitFor();
    await page.getByRole("link", { name: "Back to the list" }).click();
    await page.getByText("No sessions on this day.").waitFor();
  });

  test("D3 a browser whose clock is wrong by a day shows the server's day and time", async () => {
    const page = await newPage();
    const [half = ""] = await bookLessons(url, [{ title: "Half over", from: -30, to: 30 }]);
    await asked(url, await tokenFor(8, "admin"), `mutation { openWhiteboard(sessionId: ${half}) { id } }`);
    await page.clock.setFixedTime(new Date(Date.now() + DAY));
    await openConsole(page, url, await tokenFor(1, "tutor"));
    await page.getByRole("heading", { name: "Today" }).waitFor();
    await page.getByRole("link", { name: "Algebra" }).waitFor();
    await page.goto(new URL(`/console/sessions/${half}`, url).href);
    const now = page.getByRole("region", { name: "Timeline" }).locator("line.now").first();
    await now.waitFor({ state: "attached" });
    expect(parseFloat((await now.getAttribute("x1")) ?? "")).toBeCloseTo(50, -1);
  });

  test("P13 a server that is away is said to be, and its return shows by itself", async () => {
    const page = await newPage();
    await openConsole(page, url, await tokenFor(1, "tutor"));
    await page.getByRole("link", { name: "Algebra" }).waitFor();
    server.process.kill("SIGTERM");
    await server.exited;
    await page.getByText(/^Offline – showing what was known at \d\d:\d\d\./).waitFor();
    expect(await page.getByRole("link", { name: "Algebra" }).isVisible()).toBe(true);
    await expectAccessible(page);
    server = startServer(env);
    await server.ready;
    await bookLessons(url, [{ title: "Reading", from: 1, to: 2 }]);
    await page.getByRole("link", { name: "Reading" }).waitFor({ timeout: 30_000 });
    // The list may be read before the page has its socket back.
    await expect.poll(() => page.getByText("Offline").count(), { timeout: 30_000 }).toBe(0);
  });
});
