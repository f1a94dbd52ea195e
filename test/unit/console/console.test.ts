import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { offerFor } from "../../../src/auth/development-tokens.ts";
import { createConsoleHandler } from "../../../src/server/console/handler.ts";
import { loadConsole } from "../../../src/server/console/files.ts";
import type { Offer } from "../../../src/server/console/people.ts";
import { FIRST_LESSON } from "../../../src/server/graphiql/tour.ts";

const PAGE = `<!doctype html><meta name="rollcall-people" content="offered" /><title>Rollcall</title>`;
const SECRET = "a secret of the server's own making, long enough";
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "rollcall-console-"));
  mkdirSync(join(directory, "assets"));
  writeFileSync(join(directory, "index.html"), PAGE);
  writeFileSync(join(directory, "assets", "index-abc.js"), "// a script\n".repeat(100));
  writeFileSync(join(directory, "secret.js"), "not for others");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Asks the handler on a real port, with the path just as it is given. */
async function serve(offer: Offer | null, built = directory) {
  const failed = (error: unknown) => expect.unreachable(String(error));
  const handler = createConsoleHandler(loadConsole(built), offer, () => FIRST_LESSON, failed);
  const server = createServer((req, res) => handler((req.url ?? "").split("?", 1)[0]!, req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<Answer>((resolve, reject) => {
      request({ port, path, headers, method, agent: false }, (res) => {
        const chunks: Buffer[] = [];
        res.on("data", (chunk: Buffer) => chunks.push(chunk));
        res.on("end", () => resolve({ status: res.statusCode!, headers: res.headers, body: Buffer.concat(chunks) }));
      })
        .on("error", reject)
        .end();
    });
}

test("the page is the same at each of its addresses, checked every time and bound to what this server sends", async () => {
  const get = await serve(null);
  for (const path of ["/console", "/console/", "/console?day=2026-03-02", "/console/sessions/7"]) {
    const { status, headers, body } = await get(path);
    expect([status, headers["cache-control"], headers["content-type"]]).toEqual([
      200,
      "no-cache",
      "text/html; charset=utf-8",
    ]);
    expect(body.toString()).toContain("<title>Rollcall</title>");
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    );
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*|data:|http/);
    expect((await get(path, { "if-none-match": headers["etag"]! })).status).toBe(304);
  }
});

test("files are kept for ever, packed where that is taken, and have no body for HEAD", async () => {
  const get = await serve(null);
  const plain = await get("/console/assets/index-abc.js");
  const packed = await get("/console/assets/index-abc.js", { "accept-encoding": "gzip, br" });
  expect(plain.headers).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-length": "1200",
  });
  expect(plain.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(packed.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
  expect(packed.body.length).toBeLessThan(100);
  expect(packed.headers["etag"]).not.toBe(plain.headers["etag"]);
  expect((await get("/console/assets/index-abc.js", {}, "HEAD")).body.length).toBe(0);
  expect((await get("/console", {}, "POST")).status).toBe(405);
});

test("nothing but the files of the build can be asked for", async () => {
  const get = await serve(null);
  const traversals = [
    "../secret.js",
    "..%2fsecret.js",
    "%2e%2e/secret.js",
    "..\\secret.js",
    "/etc/passwd",
    "constructor",
    "",
  ];
  for (const name of traversals) expect((await get(`/console/assets/${name}`)).status, name).toBe(404);
  for (const path of ["/console/secret.js", "/console/index.html", "/console/sessions/7x"]) {
    expect((await get(path)).status, path).toBe(404);
  }
});

test("where it was not built it says so", async () => {
  const { status, body } = await (await serve(null, join(directory, "nowhere")))("/console");
  expect([status, body.toString()]).toEqual([503, expect.stringContaining("npm run build") as string]);
});

test("§6 people are offered to a browser on this machine only, and to no page of others", async () => {
  const get = await serve({
    people: async () => [{ id: 1, name: "Tia", role: "tutor", token: "t" }],
    token: async ({ id, role }) => `${role} ${id}`,
  });
  expect((await get("/console")).body.toString()).toContain("rollcall-people");
  const local = await get("/console/people", { "sec-fetch-site": "same-origin" });
  expect(JSON.parse(local.body.toString())).toEqual([{ id: 1, name: "Tia", role: "tutor", token: "t" }]);
  const tour = await get("/console/tour-tokens", { "sec-fetch-site": "same-origin" });
  expect(JSON.parse(tour.body.toString())).toEqual({ admin: "admin 100", tutor: "tutor 1", student: "student 2" });
  expect(tour.headers["cache-control"]).toBe("no-store");
  const others: Record<string, string>[] = [
    { host: "rebound.example:4000" },
    { host: "localhost.evil.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "x-forwarded-for": "127.0.0.1" },
    { forwarded: "for=203.0.113.9" },
  ];
  const addresses = ["/console/people", "/console/tour-tokens"];
  for (const headers of others)
    for (const address of addresses)
      expect((await get(address, headers)).status, `${address} ${JSON.stringify(headers)}`).toBe(404);
  const nobody = await serve(null);
  for (const address of addresses) expect((await nobody(address)).status).toBe(404);
  expect((await nobody("/console")).body.toString()).not.toContain("rollcall-people");
});

const TIA = { id: 1, name: "Tia", role: "tutor" } as const;

test("§6 a server offers people in development alone, with a secret of its own, on loopback", async () => {
  const offer = (env: Record<string, string>) => offerFor(readConfig(env), env.JWT_SECRET ?? SECRET, async () => [TIA]);
  expect(await offer({})!.people()).toEqual([
    expect.objectContaining({ id: 100, role: "admin" }),
    expect.objectContaining(TIA),
  ]);
  const refused: Record<string, string>[] = [
    { NODE_ENV: "production", DATABASE_URL: "embedded", JWT_SECRET: SECRET },
    { NODE_ENV: "production", DATABASE_URL: "embedded", JWT_JWKS_URL: "https://keys.example/jwks" },
    { NODE_ENV: "test" },
    { JWT_SECRET: SECRET },
    { JWT_JWKS_URL: "https://keys.example/jwks" },
    { HOST: "0.0.0.0" },
    { HOST: "::" },
    { HOST: "192.168.1.7" },
  ];
  for (const env of refused) expect(offer(env), JSON.stringify(env)).toBeNull();
  expect(offerFor(readConfig({}), null, async () => [])).toBeNull();
});
