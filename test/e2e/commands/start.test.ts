import { type AddressInfo, createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ask, type Server, startServer, storeDirectory } from "../../support/server.ts";
import { SECRET } from "../../support/running-lesson.ts";

const directory = storeDirectory();
const started: Server[] = [];
const start = (env: Record<string, string>, command?: string[]) => {
  const server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET, ...env }, command);
  started.push(server);
  return server;
};

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.process.kill("SIGKILL");
    await server.exited;
  }
});

describe("a server that cannot start says why and exits with 1", () => {
  test("wrong settings are all named at once", async () => {
    const server = start({ PORT: "99999", LEASE_SECONDS: "20", LOG_LEVEL: "loud", JWT_SECRET: "short" });
    expect(await server.exited).toBe(1);
    for (const name of ["PORT", "LEASE_SECONDS", "LOG_LEVEL", "JWT_SECRET"]) expect(server.output()).toContain(name);
    expect(server.output()).not.toContain("short\n");
  });

  test("production without a database is refused, and the misspelt setting is named", async () => {
    const server = start({ NODE_ENV: "production", DATABASEURL: "postgresql://u:letmein@db/rollcall" });
    expect(await server.exited).toBe(1);
    expect(server.output()).toContain("DATABASE_URL is required in production");
    expect(server.output()).toContain("DATABASEURL is set and ignored: did you mean DATABASE_URL?");
    expect(server.output()).not.toContain("letmein");
  });

  test("a port in use is named", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    const server = start({ PORT: String(port) });
    expect(await server.exited).toBe(1);
    expect(server.output()).toContain(`Port ${port} on 127.0.0.1 is in use`);
    taken.close();
  });

  test("a database that cannot be reached is named, its password is not", async () => {
    const server = start({ DATABASE_URL: "postgresql://someone:letmein@127.0.0.1:9/nowhere" });
    expect(await server.exited).toBe(1);
    expect(server.output()).toContain("127.0.0.1:9");
    expect(server.output()).not.toContain("letmein");
  });

  test("a data directory that another server uses is left alone", async () => {
    const first = start({});
    await first.ready;
    const second = start({});
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(String(first.process.pid));
    expect((await ask(await first.ready, null, "{ __typename }")).data).toEqual({ __typename: "Query" });
  });
});

describe("a server in production", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    const env = {
      DATA_DIR: directory.path,
      JWT_SECRET: SECRET,
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      DATABASE_URL: "embedded",
    };
    server = startServer(env);
    url = await server.ready;
  });
  afterAll(async () => {
    server.process.kill("SIGKILL");
    await server.exited;
  });

  test("keeps GraphiQL, introspection and suggestions of field names to itself", async () => {
    const page = await fetch(url, { headers: { accept: "text/html" } });
    expect(await page.text()).not.toContain("<html");
    const introspection = await ask(url, null, "{ __schema { types { name } } }");
    expect(introspection.errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    const { errors } = await ask(url, null, "{ sesions { totalCount } }");
    expect(errors?.[0]?.message).toBe('Cannot query field "sesions" on type "Query".');
  });

  test("serves the console, and offers nobody to sign in as", async () => {
    const page = await fetch(new URL("/console", url));
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).not.toContain("rollcall-people");
    const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? "";
    expect((await fetch(new URL(script, url))).headers.get("cache-control")).toContain("immutable");
    expect((await fetch(new URL("/console/people", url))).status).toBe(404);
    // The page of a lesson is the page, whether there is such a lesson or not.
    expect(await (await fetch(new URL("/console/sessions/2000000000", url))).text()).toBe(html);
  });

  test("tells liveness and readiness", async () => {
    const live = await fetch(new URL("/health/live", url));
    const ready = await fetch(new URL("/health/ready", url));
    expect([live.status, await live.json()]).toEqual([200, { status: "live" }]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ready", database: "up" }]);
  });
});
