import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Connect } from "../../../src/client/index.ts";
import { DemoClock } from "../../../src/demo/clock.ts";
import { prepareTour } from "../../../src/demo/keep.ts";
import { admitPeople } from "../../../src/demo/lessons.ts";
import { openStage, type Stage } from "../../../src/demo/stage.ts";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { type GraphiQLPage, openGraphiQL } from "../../support/graphiql.ts";
import { silent } from "../../support/log.ts";
import { startServer, storeDirectory } from "../../support/server.ts";

const { missing } = findBrowser();

/** What each tab of the tour shows when it is run as it stands, in order. */
const STEPS: readonly (readonly [string, RegExp])[] = [
  ["Step1Schedule", /"source": "SYSTEM_DEFAULT"[^]*"marked": false/],
  ["Step2OpenWhiteboard", /"tutor": {\s*"connected": false[^]*"student": {\s*"connected": false/],
  ["Step3TutorConnects", /"role": "TUTOR"[^]*"open": true/],
  ["Watch", /"SNAPSHOT"[^]*"tutor": {\s*"connected": true[^]*"student": {\s*"connected": false/],
  ["Step4StudentConnects", /"role": "STUDENT"[^]*"open": true/],
  ["Step5Heartbeat", /"open": true/],
  ["Step6EndSession", /"status": "COMPLETED"/],
  ["Step7Suggestion", /"recommendation": "[^]*"isFinal": true/],
  ["Step8Mark", /"source": "MANUAL"[^]*"marked": true/],
];

describe.skipIf(missing)(`GraphiQL's tour of a lesson${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const directory = storeDirectory();
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    directory.dispose();
  });

  describe("on the demo's server", () => {
    let stage: Stage;
    let graphiql: GraphiQLPage;
    let tour: Awaited<ReturnType<typeof prepareTour>>;
    beforeAll(async () => {
      const clock = new DemoClock(Date.now(), 1);
      clock.goOn();
      stage = await openStage(directory.path, clock, silent);
      await admitPeople(stage);
      tour = await prepareTour(stage, clock.now(), "Europe/Berlin");
      graphiql = await openGraphiQL(await browser.newPage(), stage.url);
    });
    afterAll(() => stage?.close());

    test("has a tab for each step, and one that watches", async () => {
      expect(await graphiql.tabs()).toEqual(STEPS.map(([title]) => title));
    });

    test.each(STEPS)("%s runs as it stands", async (title, shown) => {
      await graphiql.openTab(title);
      await graphiql.run();
      await graphiql.shows(shown);
      if (title !== "Watch") return;
      const { student, whiteboardSessionId } = tour;
      await stage.client(student).request(Connect, { input: { whiteboardSessionId } });
      await graphiql.shows(/"CONNECTED"[^]*"student": {\s*"connected": true/);
      await graphiql.run();
    });
  });

  test(
    "on a plain server in development the steps run as they stand too, also after the page was loaded again",
    { timeout: 180_000 },
    async () => {
      const plain = storeDirectory();
      const server = startServer({ DATA_DIR: plain.path, NODE_ENV: "development" });
      onTestFinished(async () => {
        server.process.kill("SIGTERM");
        await server.exited;
        plain.dispose();
      });
      const page = await browser.newPage();
      onTestFinished(() => page.close());
      const graphiql = await openGraphiQL(page, await server.ready);
      // One of an admin, then two of the tutor and one of the student.
      for (const [title, shown] of STEPS.filter(([each]) => /Step[1-4]/.test(each))) {
        await graphiql.openTab(title);
        await graphiql.run();
        await graphiql.shows(shown);
        if (title !== "Step2OpenWhiteboard") continue;
        await page.reload();
        await page.locator(".graphiql-execute-button").waitFor();
      }
    },
  );

  test("asks nobody but its own server for anything", () => {
    expect(browser.foreignRequests).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
