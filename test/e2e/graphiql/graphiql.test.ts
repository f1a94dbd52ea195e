import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { type GraphiQLPage, openGraphiQL } from "../../support/graphiql.ts";
import { runningLesson, SECRET, tokenFor } from "../../support/running-lesson.ts";
import { ask, type Server, startServer, storeDirectory } from "../../support/server.ts";

const { missing } = findBrowser();

describe.skipIf(missing)(`GraphiQL on the real server${missing ? ` (skipped: ${missing})` : ""}`, () => {
  const directory = storeDirectory();
  let server: Server;
  let browser: TestBrowser;
  let graphiql: GraphiQLPage;
  let url: string;
  let whiteboard: string;

  beforeAll(async () => {
    server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, NODE_ENV: "development" });
    url = await server.ready;
    ({ whiteboard } = await runningLesson(url));
    browser = await openBrowser();
    graphiql = await openGraphiQL(await browser.newPage(), url);
    await graphiql.writeHeaders(JSON.stringify({ Authorization: `Bearer ${await tokenFor(1, "tutor")}` }));
  });

  afterAll(async () => {
    await browser?.close();
    server?.process.kill("SIGTERM");
    await server?.exited;
    directory.dispose();
  });

  it("names the command that prints a token for each step, and holds none", async () => {
    const page = await (await fetch(url, { headers: { accept: "text/html" } })).text();
    expect(page).toContain("npm run -s token -- --user 100 --role admin");
    expect(page).toContain("npm run -s token -- --user 2 --role student");
    expect(page).not.toMatch(/Bearer ey/);
  });

  it("runs a query with the token in its headers", async () => {
    await graphiql.writeQuery("query Me { me { name } sessions { totalCount } }");
    await graphiql.run();
    await graphiql.shows(/"name": "Tia"[^]*"totalCount": 1/);
  });

  it("shows a live event of a subscription over WebSocket", async () => {
    await graphiql.writeQuery(
      `subscription Live { presence(whiteboardSessionId: ${whiteboard}) { event student { connected } } }`,
    );
    await graphiql.run();
    await graphiql.shows(/"SNAPSHOT"/);
    const connect = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
    await ask(url, await tokenFor(2, "student"), connect, { whiteboard });
    await graphiql.shows(/"CONNECTED"[^]*"connected": true/);
  });

  it("asks nobody but its own server for anything", () => {
    expect(browser.foreignRequests).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
