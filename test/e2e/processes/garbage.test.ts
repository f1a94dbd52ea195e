import { afterAll, beforeAll, expect, test } from "vitest";
import { SECRET, tokenFor } from "../../support/running-lesson.ts";
import { ask, type Server, startServer, storeDirectory } from "../../support/server.ts";

const directory = storeDirectory();
let server: Server;
let url: string;
beforeAll(async () => {
  server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET });
  url = await server.ready;
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.exited;
  directory.dispose();
});

const TIMES = 400;

/** How often the server has looked for garbage everywhere, which holds it up and takes a second processor. */
async function searches(): Promise<number> {
  const page = await (await fetch(new URL("/metrics", url))).text();
  return Number(/^nodejs_gc_duration_seconds_count{kind="major"} (\d+)$/m.exec(page)?.[1] ?? 0);
}

const fields = Array.from({ length: 300 }, (_, i) => `x${i}`).join(" ");

test.each([
  ["wrong", "GRAPHQL_VALIDATION_FAILED", (name: string) => `query ${name} { ${fields} }`],
  ["right", undefined, (name: string) => `query ${name} { ${"... { ".repeat(300)} __typename ${" }".repeat(300)} }`],
])("§7 operations that are made up, %s and another one each time, are gone with the young", async (_, code, text) => {
  const token = await tokenFor(1, "student");
  const send = async (name: string) => {
    const { errors } = await ask(url, token, text(name));
    expect(errors?.[0]?.extensions.code).toBe(code);
  };
  for (let i = 0; i < 50; i += 1) await send(`warm${i}`);
  const before = await searches();
  for (let i = 0; i < TIMES; i += 1) await send(`q${i}`);
  // With each of them kept until then it was every thirty.
  expect((await searches()) - before).toBeLessThan(TIMES / 100);
});
