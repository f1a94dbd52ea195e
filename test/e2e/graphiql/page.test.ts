import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSchema, createYoga } from "graphql-yoga";
import { useServer } from "graphql-ws/use/ws";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { WebSocketServer } from "ws";
import { createGraphiQLPage, graphiqlOptions } from "../../../src/server/graphiql/page.ts";
import { FIRST_LESSON } from "../../../src/server/graphiql/tour.ts";
import { findBrowser, openBrowser, type TestBrowser } from "../../support/browser.ts";
import { openGraphiQL, type GraphiQLPage } from "../../support/graphiql.ts";

const { missing } = findBrowser();

/** The page alone, on a schema of three fields: what it sends, not what Rollcall answers. */
const schema = createSchema<{ request: Request }>({
  typeDefs: "type Query { hello: String authorization: String } type Subscription { tick: Int! }",
  resolvers: {
    Query: {
      hello: () => "world",
      authorization: (_root, _arguments, { request }) => request.headers.get("authorization"),
    },
    Subscription: { tick: { subscribe: ticks } },
  },
});

let running = 0;

async function* ticks() {
  running += 1;
  try {
    for (let tick = 0; ; tick++) {
      yield { tick };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    running -= 1;
  }
}

describe.skipIf(missing)(
  `the GraphiQL page in a browser${missing ? ` (skipped: ${missing})` : ""}`,
  { timeout: 60_000 },
  () => {
    const connectionParams: unknown[] = [];
    const yoga = createYoga({
      schema,
      graphiql: graphiqlOptions(FIRST_LESSON),
      renderGraphiQL: createGraphiQLPage({ offersTokens: false }),
      logging: false,
    });
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- yoga answers errors itself
    const server = createServer(yoga);
    const sockets = new WebSocketServer({ server, path: "/graphql" });
    let browser: TestBrowser;
    let url: string;

    beforeAll(async () => {
      useServer(
        {
          schema,
          onConnect: (context) => {
            connectionParams.push(context.connectionParams);
            return context.connectionParams?.authorization !== undefined;
          },
        },
        sockets,
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    async function open(): Promise<GraphiQLPage> {
      const page = await browser.newPage();
      onTestFailed(() => console.error(browser.complaints));
      return openGraphiQL(page, url);
    }

    it("offers ready-made operations and a place for the token, and works before there is one", async () => {
      const graphiql = await open();
      expect(await graphiql.tabs()).toHaveLength(9);
      await graphiql.writeQuery("query Anonymous { hello authorization }");
      await graphiql.run();
      await graphiql.shows(/"hello": "world"[^]*"authorization": null/);
    });

    it("sends the headers over HTTP, and the token as connectionParams.authorization over WebSocket", async () => {
      const graphiql = await open();
      await graphiql.writeHeaders('{ "Authorization": "Bearer abc.def.ghi" }');
      await graphiql.writeQuery("query Known { authorization }");
      await graphiql.run();
      await graphiql.shows('"authorization": "Bearer abc.def.ghi"');

      connectionParams.length = 0;
      await graphiql.writeQuery("subscription Ticks { tick }");
      await graphiql.run();
      await graphiql.shows(/"tick": [1-9]/);
      expect(connectionParams).toEqual([{ authorization: "Bearer abc.def.ghi" }]);
      expect(running).toBe(1);

      await graphiql.run();
      await expect.poll(() => running).toBe(0);
      await expect.poll(() => sockets.clients.size).toBe(0);
    });

    it("says in words why a socket was refused", async () => {
      const graphiql = await open();
      await graphiql.writeHeaders("{}");
      await graphiql.writeQuery("subscription Ticks { tick }");
      await graphiql.run();
      await graphiql.shows("The socket was closed: 4403 Forbidden");
    });

    it("asks nobody but its own server for anything, and keeps to its content security policy", () => {
      expect(browser.foreignRequests).toEqual([]);
      expect(browser.complaints).toEqual([]);
    });
  },
);
