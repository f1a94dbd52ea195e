import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { developmentSecret, resolveSecret, secretFile } from "../../../src/auth/secret.ts";

let base: string;
let dataDir: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "rollcall-secret-"));
  dataDir = join(base, "not", "yet", "there");
});

afterEach(() => rm(base, { recursive: true, force: true }));

describe("the development secret", () => {
  it("is made once, kept readable by its owner only, and used ever after", async () => {
    const secret = await developmentSecret(dataDir);
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    expect(await developmentSecret(dataDir)).toBe(secret);
    expect((await readFile(secretFile(dataDir), "utf8")).trim()).toBe(secret);
    expect((await stat(secretFile(dataDir))).mode & 0o777).toBe(0o600);
    expect(await developmentSecret(join(base, "elsewhere"))).not.toBe(secret);
  });

  it("is one for all who start at the same time, and leaves nothing else behind", async () => {
    const secrets = await Promise.all(Array.from({ length: 50 }, () => developmentSecret(dataDir)));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(["jwt-secret"]);
  });

  it("is one for several processes that start at the same time", async () => {
    const module = new URL("../../../src/auth/secret.ts", import.meta.url).href;
    const code = `import { developmentSecret } from ${JSON.stringify(module)}; console.log(await developmentSecret(process.argv[1]));`;
    const start = () =>
      promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code, dataDir]);
    const outputs = await Promise.all(Array.from({ length: 4 }, start));
    expect(new Set(outputs.map(({ stdout }) => stdout.trim())).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(["jwt-secret"]);
  }, 30_000);

  it("is closed again when its file was opened to others", async () => {
    const secret = await developmentSecret(dataDir);
    await chmod(secretFile(dataDir), 0o644);
    expect(await developmentSecret(dataDir)).toBe(secret);
    expect((await stat(secretFile(dataDir))).mode & 0o777).toBe(0o600);
  });

  it("is refused, with what to do, when the file holds too little", async () => {
    await developmentSecret(dataDir);
    await writeFile(secretFile(dataDir), "short");
    await expect(developmentSecret(dataDir)).rejects.toThrow(
      /jwt-secret does not hold .* delete it, or set JWT_SECRET$/,
    );
  });
});

describe("the secret to work with", () => {
  const given = { secret: "s".repeat(32), jwksUrl: null };
  const published = { secret: null, jwksUrl: "https://id.example/keys" };
  const neither = { secret: null, jwksUrl: null };

  it("is JWT_SECRET where it is set, and none where keys are published; neither touches the disk", async () => {
    expect(await resolveSecret({ environment: "production", dataDir, auth: given })).toBe(given.secret);
    expect(await resolveSecret({ environment: "development", dataDir, auth: published })).toBeNull();
    expect(await readdir(base)).toEqual([]);
  });

  it("is made outside production only", async () => {
    expect(await resolveSecret({ environment: "test", dataDir, auth: neither })).toBe(await developmentSecret(dataDir));
    await expect(resolveSecret({ environment: "production", dataDir, auth: neither })).rejects.toThrow("JWT_SECRET");
  });
});
