import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { developmentSecret } from "../../../src/auth/secret.ts";
import { createTokenVerifier } from "../../../src/auth/tokens.ts";
import { readArguments, UsageError } from "../../../src/cli/arguments.ts";

const SECRET = "a-secret-that-is-long-enough-for-hs256";
const SCRIPT = fileURLToPath(new URL("../../../src/cli/token.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "rollcall-token-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function run(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", TSX, SCRIPT, ...args], {
      cwd: directory,
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

function verify(token: string, secret: string, more = {}) {
  const trust = { secret, jwksUrl: null, issuer: null, audience: null, ...more };
  return createTokenVerifier(trust, () => Date.now()).verify(token.trim());
}

describe("npm run token", { timeout: 30_000 }, () => {
  it("prints the token and nothing else, so that TOKEN=$(npm run -s token -- …) works", async () => {
    const { code, stdout, stderr } = await run(["--user", "1", "--role", "tutor"], { JWT_SECRET: SECRET });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const viewer = await verify(stdout, SECRET);
    expect(viewer).toMatchObject({ id: 1, roles: new Set(["tutor"]), name: null });
    expect(viewer.expiresAt - Date.now()).toBeGreaterThan(59 * 60_000);
    expect(viewer.expiresAt - Date.now()).toBeLessThanOrEqual(60 * 60_000);
  });

  it("takes several roles, an active one, a name and a time, and the issuer and audience that the server checks", async () => {
    const env = { JWT_SECRET: SECRET, JWT_ISSUER: "https://id.example", JWT_AUDIENCE: "rollcall" };
    const options = [
      "--role",
      "tutor",
      "--role",
      "parent",
      "--active",
      "parent",
      "--name",
      "Ada Löv",
      "--minutes",
      "5",
    ];
    const { stdout } = await run(["--user", "2147483647", ...options], env);
    const viewer = await verify(stdout, SECRET, { issuer: "https://id.example", audience: "rollcall" });
    expect(viewer).toMatchObject({ id: 2_147_483_647, roles: new Set(["parent"]), name: "Ada Löv" });
    expect(viewer.expiresAt - Date.now()).toBeLessThanOrEqual(5 * 60_000);
  });

  it("without settings signs with the secret that the server keeps in its data directory", async () => {
    const { stdout } = await run(["--user", "7", "--role", "student"], { DATA_DIR: "data" });
    expect(await readdir(directory)).toEqual(["data"]);
    const viewer = await verify(stdout, await developmentSecret(join(directory, "data")));
    expect(viewer.id).toBe(7);
  });

  it("reads a .env file as the server does, below the environment itself", async () => {
    await writeFile(join(directory, ".env"), `JWT_SECRET=${"f".repeat(32)}\nJWT_ISSUER=file\n`);
    const { stdout } = await run(["--user", "7", "--role", "student"], { JWT_ISSUER: "environment" });
    expect(await verify(stdout, "f".repeat(32), { issuer: "environment" })).toMatchObject({ id: 7 });
  });

  it("says what is wrong and how to use it, and exits with 2", async () => {
    const wrong: [what: string, args: string[], words: string][] = [
      ["no user", ["--role", "tutor"], "--user must be"],
      ["a user that is no id", ["--user", "01", "--role", "tutor"], "--user must be"],
      ["a user beyond 32 bits", ["--user", "2147483648", "--role", "tutor"], "--user must be"],
      ["no role", ["--user", "1"], "--role is missing"],
      ["an unknown role", ["--user", "1", "--role", "teacher"], "--role must be one of tutor, student, parent, admin"],
      ["an active role it does not have", ["--user", "1", "--role", "tutor", "--active", "admin"], "--active must be"],
      ["no minutes at all", ["--user", "1", "--role", "tutor", "--minutes", "0"], "--minutes must be"],
      ["an option it does not know", ["--user", "1", "--role", "tutor", "--admin"], "--admin"],
      ["a stray word", ["--user", "1", "--role", "tutor", "parent"], "parent"],
    ];
    for (const [what, args, words] of wrong) {
      expect(() => readArguments(args), what).toThrow(UsageError);
      expect(() => readArguments(args), what).toThrow(words);
    }
    const { code, stdout, stderr } = await run(["--role", "tutor"], { JWT_SECRET: SECRET });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^--user must be .*\n/);
    expect(stderr).toContain("npm run -s token -- --user 1 --role tutor");
    expect(stderr).not.toMatch(/ {4}at /);
  });

  it("names wrong settings, and signs nothing in production without JWT_SECRET", async () => {
    const wrong = await run(["--user", "1", "--role", "tutor"], { NODE_ENV: "production", PORT: "x" });
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/PORT must be .*\n {2}JWT_SECRET or JWT_JWKS_URL is required in production/);
    expect(await readdir(directory)).toEqual([]);
  });

  it("says that it cannot sign where keys are published", async () => {
    const { code, stdout, stderr } = await run(["--user", "1", "--role", "tutor"], {
      JWT_JWKS_URL: "https://id.example/keys",
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("JWT_JWKS_URL is set");
  });

  it("explains itself with --help", () => {
    expect(readArguments(["--help"])).toBeNull();
  });
});
