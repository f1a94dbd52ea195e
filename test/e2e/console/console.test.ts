import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { bookLessons, expectAccessible, openConsole, saidOn } from "../../support/console.ts";
import { type Forwarder, openForwarder } from "../../support/forwarder.ts";
import { SECRET, tokenFor } from "../../support/running-lesson.ts";
import { type Server, startServer, storeDirectory } from "../../support/server.ts";

const { missing } = findBrowser();
const NOBODY = "http://127.0.0.1:1/";

describe.skipIf(missing)(`a lesson in the console${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const directory = storeDirectory();
  let server: Server;
  let url: string;
  let browser: TestBrowser;
  /** How the student reaches the server. */
  let line: Forwarder;
  beforeAll(async () => {
    server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET });
    [url, browser] = await Promise.all([server.ready, openBrowser()]);
    line = await openForwarder(url);
  });
  afterAll(async () => {
    await browser?.close();
    line?.close();
    server?.process.kill("SIGTERM");
    await server?.exited;
    directory.dispose();
  });

  const person = (page: Page, role: "Tutor" | "Student") =>
    page.getByRole("list", { name: "Who the lesson is for" }).getByRole("listitem").filter({ hasText: role });
  /** Presses the button that has the focus, which is the one of that name. */
  const press = async (page: Page, name: string | RegExp) => {
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toMatch(name);
    await page.keyboard.press("Enter");
  };
  const isHere = (page: Page, role: "Tutor" | "Student", name: string) =>
    expect.poll(() => person(page, role).textContent(), { timeout: 15_000 }).toMatch(new RegExp(`${name}here`));
  const shows = (page: Page, text: string) =>
    page.getByText(text, { exact: true }).first().waitFor({ timeout: 10_000 });

  test(
    "P9, P12, M2, M6 tutor and student, side by side, through a lesson in which the student's network fails",
    { timeout: 120_000 },
    async () => {
      const [id] = await bookLessons(url, [{ title: "Algebra", from: -0.05, to: 60 }]);
      const address = `/console/sessions/${id}`;
      const [tutor, student] = await Promise.all([browser.newPage(), browser.newPage()]);
      await Promise.all([
        openConsole(tutor, url, await tokenFor(1, "tutor")),
        openConsole(student, line.url, await tokenFor(2, "student"), address),
      ]);
      await student.getByText("You can join when the whiteboard is open.").waitFor();

      // Before: by keyboard from the list to the lesson, where the heading has the focus.
      const row = tutor.getByRole("link", { name: "Algebra" });
      await row.focus();
      await tutor.keyboard.press("Enter");
      await expect.poll(() => tutor.evaluate("document.activeElement.textContent")).toBe("Algebra");
      expect(tutor.url()).toBe(new URL(address, url).href);
      await tutor.getByRole("button", { name: "Open whiteboard" }).focus();
      await press(tutor, "Open whiteboard");
      await press(tutor, "Join");
      await student.getByRole("button", { name: "Join" }).click();

      // During: each sees the other, and the tutor the student's loss.
      await isHere(tutor, "Student", "Sam");
      await isHere(student, "Tutor", "Tia");
      await expectAccessible(tutor);
      await expectAccessible(student);
      line.leadTo(NOBODY);
      line.cut();
      await student.getByText("Offline", { exact: true }).waitFor();
      const within = student.getByRole("region", { name: "The lesson that you are in" });
      await within.getByText("Reconnecting to").waitFor();
      await expect.poll(() => person(tutor, "Student").textContent()).toContain("not here");
      await expect.poll(() => saidOn(tutor)).toMatch(/Sam is not here/);
      line.leadTo(url);
      await isHere(tutor, "Student", "Sam");
      await within.getByText("You are in").waitFor();
      await student.getByText("Offline", { exact: true }).waitFor({ state: "detached", timeout: 15_000 });
      const drawn = tutor.getByRole("img", { name: /^Sam/ });
      await expect.poll(() => drawn.getAttribute("aria-label")).toContain("One gap");
      // A student sees their own line only.
      expect(await student.getByRole("img", { name: /^Sam/ }).count()).toBe(1);
      expect(await student.getByRole("img", { name: /^Tia/ }).count()).toBe(0);
      expect(await student.getByRole("heading", { name: "Suggestion" }).count()).toBe(0);

      // After: ended by the tutor, told to the student, decided in one click, and otherwise with a note.
      await tutor.getByRole("button", { name: "End session" }).focus();
      await press(tutor, "End session");
      await expect.poll(() => tutor.evaluate("document.activeElement.textContent")).toBe("End it");
      await tutor.keyboard.press("Tab");
      await press(tutor, "Keep going");
      await press(tutor, "End session");
      await press(tutor, "End it");
      await Promise.all([shows(tutor, "Completed"), shows(student, "Completed")]);
      await expect.poll(() => tutor.evaluate("document.activeElement.textContent")).toBe("Algebra");
      await shows(tutor, "Final");
      const accept = tutor.getByRole("button", { name: /^Accept: tutor \w+, student \w+$/ });
      const [, suggested] = /student (\w+)/.exec((await accept.textContent()) ?? "") ?? [];
      await accept.focus();
      await press(tutor, /^Accept:/);
      await expect.poll(() => tutor.evaluate("document.activeElement.textContent")).toBe("Accepted");
      await expect.poll(() => person(student, "Student").textContent()).toMatch(new RegExp(`${suggested}$`, "i"));
      await tutor.getByRole("group", { name: "Student, Sam" }).getByText("Excused").click();
      await tutor.getByLabel("Note").fill("Sam’s power was out.");
      await tutor.getByRole("button", { name: "Save decision" }).click();
      await expect.poll(() => person(student, "Student").textContent()).toContain("Excused");
      const decisions = tutor.getByRole("region", { name: "Decisions" }).getByRole("listitem");
      await expect.poll(() => decisions.count()).toBe(2);
      expect(await decisions.last().textContent()).toContain("Sam’s power was out.");
      await expectAccessible(tutor);
      await expectAccessible(student);
      expect(browser.foreignRequests).toEqual([]);
      expect(browser.complaints.filter((text) => !/ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket/.test(text))).toEqual(
        [],
      );
    },
  );
});
