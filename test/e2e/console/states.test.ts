import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Role } from "../../../src/auth/claims.ts";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { type ConsoleDay, dayOfLessons } from "../../support/console-day.ts";
import { asked, expectAccessible, openConsole, saidOn } from "../../support/console.ts";
import { SECRET, tokenFor } from "../../support/running-lesson.ts";
import { type Server, startServer, storeDirectory } from "../../support/server.ts";

const { missing } = findBrowser();

/** Who looks at what, and what it shows at last. */
const VIEWS: readonly (readonly [role: Role, page: keyof ConsoleDay | "list", shown: string])[] = [
  ["tutor", "list", "Geometry"],
  ["tutor", "coming", "No whiteboard is open yet."],
  ["tutor", "running", "So far"],
  ["tutor", "begun", "Too early to tell"],
  ["tutor", "ended", "Decide otherwise"],
  ["tutor", "excused", "Student stays excused (recorded by a parent)."],
  ["tutor", "marked", "marked by hand"],
  ["tutor", "missed", "Nobody connected."],
  ["tutor", "unequipped", "No whiteboard data."],
  ["tutor", "cancelled", "It was cancelled"],
  ["student", "coming", "You can join when the whiteboard is open."],
  ["student", "running", "arrived +7 min"],
  ["student", "marked", "Excused"],
  ["parent", "running", "Report your child’s attendance"],
  ["parent", "marked", "reported as a parent"],
  ["admin", "running", "End session"],
];
const WHO = { tutor: 1, student: 2, parent: 3, admin: 8, service: 9 } as const;

const SIZES = [
  { width: 1280, height: 720 },
  { width: 320, height: 640 },
];

describe.skipIf(missing)(`sessions in every state in the console${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const directory = storeDirectory();
  let server: Server;
  let url: string;
  let browser: TestBrowser;
  let day: ConsoleDay;
  beforeAll(async () => {
    server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET });
    [url, browser] = await Promise.all([server.ready, openBrowser()]);
    day = await dayOfLessons(url);
  });
  afterAll(async () => {
    await browser?.close();
    server?.process.kill("SIGTERM");
    await server?.exited;
    directory.dispose();
  });
  const list = () => new URL("/console", url).href;
  const open = async (user: number, role: Role): Promise<Page> => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await openConsole(page, url, await tokenFor(user, role));
    return page;
  };

  const tabs = new Map<Role, Promise<Page>>();
  /** One tab for all that somebody looks at and changes nothing. */
  function signedIn(role: Role): Promise<Page> {
    const tab = tabs.get(role) ?? tokenFor(WHO[role], role).then((token) => openTab(token));
    tabs.set(role, tab);
    return tab;
  }
  async function openTab(token: string): Promise<Page> {
    const page = await browser.newPage();
    await openConsole(page, url, token);
    return page;
  }

  test.each(VIEWS)(
    "§6 for a %s there is nothing to object to: %s, at any size, in light and dark",
    async (role, lesson, shown) => {
      const page = await signedIn(role);
      await page.goto(lesson === "list" ? list() : new URL(`/console/sessions/${day[lesson]}`, url).href);
      await page.getByText(shown).first().waitFor();
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await expectAccessible(page);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      }
      expect(browser.complaints).toEqual([]);
    },
  );

  test("M2 from the list attendance is settled in two clicks, without scrolling, and the list is where it was", async () => {
    const page = await open(1, "tutor");
    await page.setViewportSize({ width: 1280, height: 640 });
    await page.goto(`${list()}?show=undecided`);
    await page.getByRole("link", { name: "Physics" }).waitFor();
    await page.getByRole("link", { name: "Algebra" }).click();
    const accept = page.getByRole("button", { name: "Accept: tutor present, student late" });
    await accept.waitFor();
    expect(await page.evaluate("scrollY")).toBe(0);
    const box = await accept.boundingBox();
    expect(box!.y + box!.height).toBeLessThan(640);
    await accept.click();
    await page.getByRole("button", { name: "Accepted" }).waitFor();
    await page.getByRole("region", { name: "Decisions" }).getByText("accepted the suggestion").waitFor();
    // Back to what else is to be decided, of which this is none any more.
    await page.getByRole("link", { name: "Back to the list" }).click();
    await page.getByRole("link", { name: "Physics" }).waitFor();
    await page.getByRole("link", { name: "Algebra" }).waitFor({ state: "detached" });
  });

  test("S7 two minutes into a lesson with both there nobody is called absent", async () => {
    const page = await open(1, "tutor");
    await page.goto(new URL(`/console/sessions/${day.begun}`, url).href);
    const suggestion = page.getByRole("region", { name: "Suggestion" });
    await suggestion.getByText("Too early to tell", { exact: true }).first().waitFor();
    expect(await suggestion.getByText("Too early to tell", { exact: true }).count()).toBe(2);
    expect(
      await page
        .locator(".badge-absent")
        .filter({ hasNot: page.locator("input") })
        .count(),
    ).toBe(0);
  });

  test("M3 accepting leaves the parent's excuse alone and says so; only a choice of its own replaces it", async () => {
    const page = await open(1, "tutor");
    await page.goto(new URL(`/console/sessions/${day.excused}`, url).href);
    const student = page.getByRole("list", { name: "Who the lesson is for" }).getByRole("listitem").last();
    await page.getByRole("button", { name: "Accept: tutor present", exact: true }).click();
    await page.getByRole("button", { name: "Accepted" }).waitFor();
    await expect.poll(() => student.textContent()).toContain("Excused");
    await page.getByText("Student stays excused (recorded by a parent).").first().waitFor();
    expect(await saidOn(page)).toContain("Student stays excused (recorded by a parent).");
    await page.getByRole("button", { name: "Replace by the suggestion: student late" }).click();
    await expect.poll(() => student.textContent()).toContain("Late");
    expect(await page.getByText("stays excused").count()).toBe(0);
  });

  test("one subscription feeds the list, whatever page is open, and who comes shows by itself", async () => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const feeds: string[] = [];
    let sockets = 0;
    page.on("websocket", (socket) => {
      sockets += 1;
      socket.on("framesent", ({ payload }) => {
        if (String(payload).includes("sessionChanges")) feeds.push(String(payload));
      });
    });
    await openConsole(page, url, await tokenFor(1, "tutor"), list());
    const essay = page.getByRole("listitem").filter({ hasText: "Essay" });
    await essay.waitFor();
    expect(await essay.textContent()).not.toContain("here");
    const { openWhiteboard } = await asked(
      url,
      await tokenFor(1, "tutor"),
      `mutation { openWhiteboard(sessionId: ${day.coming}) { id } }`,
    );
    await essay.getByText("Student, not here").waitFor();
    const connect = `mutation { connect(input: { whiteboardSessionId: ${openWhiteboard.id} }) { id } }`;
    const { connect: connection } = await asked(url, await tokenFor(2, "student"), connect);
    await essay.getByText("Student, here", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Essay" }).click();
    await page.getByRole("link", { name: "Back to the list" }).click();
    const idle = `mutation { heartbeat(connectionId: "${connection.id}", activity: IDLE) { open } }`;
    await asked(url, await tokenFor(2, "student"), idle);
    await essay.getByText("Student, here, but idle").waitFor();
    expect([sockets, feeds.length]).toEqual([1, 1]);
  });

  test("the list and its sessions are there for whoever goes by keyboard", async () => {
    const page = await open(1, "tutor");
    const focused = () =>
      page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
    await page.goto(list());
    await page.getByRole("link", { name: "Geometry" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the page");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toMatch(/^Previous day/);
    await page.goto(new URL(`/console/sessions/${day.ended}`, url).href);
    await page.getByRole("group", { name: "Student, Sam" }).getByRole("radio", { name: "Late" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: "Absent", checked: true }).count()).toBe(1);
    await page.keyboard.press("Tab");
    await page.keyboard.type("Sam was asleep.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Decisions" }).getByText("Sam was asleep.").waitFor();
    expect(await focused()).toBe("Save decision");
  });
});
