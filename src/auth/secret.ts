import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TokenTrust } from "./tokens.ts";

export interface SecretSettings {
  readonly environment: "development" | "production" | "test";
  readonly dataDir: string;
  readonly auth: Pick<TokenTrust, "secret" | "jwksUrl">;
}

/**
 * The HS256 secret to work with: JWT_SECRET, else null where keys are published, else (never in production) the
 * development secret of the data directory. Rejects when that cannot be read or made.
 */
export async function resolveSecret(settings: SecretSettings): Promise<string | null> {
  if (settings.auth.secret !== null) return settings.auth.secret;
  if (settings.auth.jwksUrl !== null) return null;
  if (settings.environment === "production") throw new Error("JWT_SECRET or JWT_JWKS_URL is required in production");
  return developmentSecret(settings.dataDir);
}

/** Where the development secret of a data directory lies. */
export function secretFile(dataDir: string): string {
  return join(dataDir, "jwt-secret");
}

/** A random secret, made at the first call for this directory and the same one ever after, for every process. */
export async function developmentSecret(dataDir: string): Promise<string> {
  const file = secretFile(dataDir);
  if (!(await exists(file))) await create(dataDir, file);
  return read(file);
}

/**
 * The secret is written beside its place and then linked there. A link is created whole or not at all and never replaces
 * anything: of two processes one wins, both read the winner's, and a crash leaves no half-written secret behind.
 */
async function create(dataDir: string, file: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(`${randomBytes(32).toString("base64url")}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function read(file: string): Promise<string> {
  const { mode } = await stat(file);
  // A copied or restored directory may have opened it to others (Windows knows no such bits and always shows them).
  if ((mode & 0o077) !== 0 && process.platform !== "win32") await chmod(file, 0o600);
  const secret = (await readFile(file, "utf8")).trim();
  if (Buffer.byteLength(secret, "utf8") >= 32) return secret;
  throw new Error(`${file} does not hold a secret of at least 32 bytes: delete it, or set JWT_SECRET`);
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
