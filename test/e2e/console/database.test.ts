import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { createClient, SessionChanges } from "../../../src/client/index.ts";
import { watchPresence } from "../../../src/client/watch-presence.ts";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { asked, bookLessons, expectAccessible, openConsole } from "../../support/console.ts";
import { type OwnPostgreSQL, ownPostgreSQL } from "../../support/own-postgresql.ts";
import { SECRET, tokenFor } from "../../support/running-lesson.ts";
import { type Server, startServer, storeDirectory } from "../../support/server.ts";

const { missing } = findBrowser();
/** Longer than the wait between two tries, and than the page's look at the database. */
const SOON = { timeout: 20_000 };

// Who has a PostgreSQL for tests has its programs too.
describe.skipIf(missing ?? !process.env.TEST_DATABASE_URL)("the console while the server's database is away", () => {
  const directory = storeDirectory();
  let database: OwnPostgreSQL;
  let server: Server;
  let url: string;
  let browser: TestBrowser;
  let lesson: string;
  let whiteboard: string;
  beforeAll(async () => {
    database = await ownPostgreSQL();
    server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, DATABASE_URL: database.url });
    [url, browser] = await Promise.all([server.ready, openBrowser()]);
    [lesson = ""] = await bookLessons(url, [{ title: "Algebra", from: -0.05, to: 60 }]);
    const open = `mutation { openWhiteboard(sessionId: ${lesson}) { id } }`;
    whiteboard = (await asked(url, await tokenFor(1, "tutor"), open)).openWhiteboard.id as string;
  });
  afterAll(async () => {
    await browser?.close();
    server?.process.kill("SIGTERM");
    await server?.exited;
    database?.dispose();
    directory.dispose();
  });
  const signedIn = async (address: string): Promise<Page> => {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await openConsole(page, url, await tokenFor(1, "tutor"), address);
    return page;
  };
  const offline = (page: Page) => page.getByText(/^Offline –/);
  let connection = 0;
  /** Sam comes or goes, on whom both pages have to agree. */
  const studentIs = async (here: boolean): Promise<void> => {
    connection += here ? 1 : 0;
    const id = `5ca1ab1e-0000-4000-8000-${String(connection).padStart(12, "0")}`;
    const connect = `mutation { connect(input: { whiteboardSessionId: ${whiteboard}, connectionId: "${id}" }) { id } }`;
    const disconnect = `mutation { disconnect(connectionId: "${id}") { id } }`;
    await asked(url, await tokenFor(2, "student"), here ? connect : disconnect);
  };
  const away = async () => {
    database.stop("fast");
    await expect.poll(async () => (await fetch(new URL("/health/ready", url))).status, SOON).toBe(503);
  };
  const back = async () => {
    database.start();
    await expect.poll(async () => (await fetch(new URL("/health/ready", url))).status, SOON).toBe(200);
  };

  test(
    "P11, P17 gets live again, whether it was opened meanwhile or before, and every time",
    { timeout: 120_000 },
    async () => {
      const [list, page] = await Promise.all([signedIn("/console"), signedIn(`/console/sessions/${lesson}`)]);
      const shows = async (here: boolean) => {
        await studentIs(here);
        const words = here ? "here" : "not here";
        await list.getByText(`Student, ${words}`, { exact: true }).waitFor(SOON);
        await page.locator(".person-student").getByText(words, { exact: true }).waitFor(SOON);
        expect([await offline(list).count(), await offline(page).count()]).toEqual([0, 0]);
      };
      await shows(true);

      // Away before the pages open, and before a back end starts to watch.
      await away();
      await Promise.all([list.reload(), page.reload()]);
      await Promise.all([offline(list).waitFor(SOON), offline(page).waitFor(SOON)]);
      const options = { url, token: await tokenFor(1, "tutor"), webSocket: WebSocket };
      const watching = watchPresence({ ...options, whiteboardSessionId: whiteboard });
      const client = createClient({ ...options, retries: 20 });
      onTestFinished(() => watching.stop().then(() => client.close()));
      const changes = client.subscribe(SessionChanges, {});
      const told = (async () => {
        for await (const { sessionChanges } of changes) if (sessionChanges.length > 0) return sessionChanges[0]?.id;
      })();
      await expect.poll(() => watching.state, SOON).toBe("reconnecting");
      await back();
      await Promise.all([list, page].map((each) => offline(each).waitFor({ ...SOON, state: "detached" })));
      await list.getByRole("link", { name: "Algebra" }).waitFor(SOON);
      await expect.poll(() => watching.state, SOON).toBe("connected");
      await shows(false);
      expect(await told).toBe(lesson);
      expect(watching.presence?.student.connected).toBe(false);

      // Away while they are open: what was known stays, and is said to be old.
      for (const here of [true, false]) {
        await away();
        await Promise.all([offline(list).waitFor(SOON), offline(page).waitFor(SOON)]);
        expect(await list.getByRole("link", { name: "Algebra" }).isVisible()).toBe(true);
        await expectAccessible(list);
        await back();
        await Promise.all([list, page].map((each) => offline(each).waitFor({ ...SOON, state: "detached" })));
        await shows(here);
      }
    },
  );
});
