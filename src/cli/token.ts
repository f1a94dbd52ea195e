import { issueDevelopmentToken } from "../auth/development-tokens.ts";
import { resolveSecret } from "../auth/secret.ts";
import { ConfigError, readConfig, readEnvironment } from "../config.ts";
import { readArguments, USAGE, UsageError } from "./arguments.ts";

/** `npm run token`: only the token goes to stdout, everything else to stderr. Exit 2: arguments or settings are wrong. */
async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  if (wish === null) {
    process.stdout.write(USAGE);
    return;
  }
  const config = readConfig(readEnvironment());
  const secret = await resolveSecret(config);
  if (secret === null) {
    throw new Error("JWT_JWKS_URL is set: tokens come from whoever holds its private keys, this command has none.");
  }
  const { issuer, audience, claims } = config.auth;
  const expiresInSeconds = wish.minutes * 60;
  const token = await issueDevelopmentToken({
    ...wish,
    secret,
    issuer,
    audience,
    claims,
    expiresInSeconds,
    now: Date.now(),
  });
  process.stdout.write(`${token}\n`);
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`);
  else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
}
