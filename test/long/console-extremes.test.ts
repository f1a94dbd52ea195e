import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findBrowser, openBrowser, type TestBrowser } from "../support/browser.ts";
import { bookLessons, openConsole } from "../support/console.ts";
import { openForwarder } from "../support/forwarder.ts";
import { ownPostgreSQL } from "../support/own-postgresql.ts";
import { SECRET, tokenFor } from "../support/running-lesson.ts";
import { type Server, startServer } from "../support/server.ts";

const { missing } = findBrowser();
const SESSIONS = 10_000;

describe.skipIf(missing)(`the console at its limits${missing ? ` (skipped: ${missing})` : ""}`, () => {
  let postgresql: Awaited<ReturnType<typeof ownPostgreSQL>>;
  let server: Server;
  let url: string;
  let browser: TestBrowser;
  beforeAll(async () => {
    postgresql = await ownPostgreSQL();
    server = startServer({ DATABASE_URL: postgresql.url, JWT_SECRET: SECRET });
    [url, browser] = await Promise.all([server.ready, openBrowser()]);
    await bookLessons(url, [{ title: "Algebra", from: -0.05, to: 60 }]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.process.kill("SIGTERM");
    await server?.exited;
    postgresql?.dispose();
  });

  test("a network that goes without a word is noticed, and its return too", { timeout: 90_000 }, async () => {
    const line = await openForwarder(url);
    onTestFinished(() => line.close());
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await openConsole(page, line.url, await tokenFor(1, "tutor"));
    await page.getByRole("link", { name: "Algebra" }).waitFor();
    line.hush();
    const began = performance.now();
    await page.getByText("Offline", { exact: true }).waitFor({ timeout: 30_000 });
    console.log(`noticed after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    line.speak();
    await page.getByText("Offline", { exact: true }).waitFor({ state: "detached", timeout: 45_000 });
  });

  test(`a day of ${SESSIONS} sessions is shown in pages`, { timeout: 90_000 }, async () => {
    const client = new pg.Client({ connectionString: postgresql.url });
    await client.connect();
    await client.query(
      `insert into sessions (tutor_id, student_id, title, scheduled_start, scheduled_end)
       select tutor_id, student_id, 'Lesson ' || n, scheduled_start, scheduled_end
       from sessions, generate_series(2, $1::int) n where title = 'Algebra'`,
      [SESSIONS],
    );
    await client.end();
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const began = performance.now();
    await openConsole(page, url, await tokenFor(8, "admin"));
    await page.getByText("10,000 sessions").waitFor();
    console.log(`shown after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const rows = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    for (let turned = 1; turned <= 3; turned += 1) {
      await page.getByRole("button", { name: "Next" }).click();
      await page.getByText(`${turned * 100 + 1}–${turned * 100 + 100} of 10,000`).waitFor();
      await expect.poll(() => rows.count()).toBe(100);
    }
  });
});
