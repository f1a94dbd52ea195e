import { setFlagsFromString } from "node:v8";
import { offerFor } from "./auth/development-tokens.ts";
import { resolveSecret } from "./auth/secret.ts";
import { createApp } from "./app.ts";
import { type Config, ConfigError, readConfig, readEnvironment, VARIABLE_NAMES } from "./config.ts";
import { startDatabaseClock } from "./database/client/clock.ts";
import { knownPeople } from "./database/people/people-store.ts";
import { openDatabase } from "./database/client/open.ts";
import { StartupError } from "./startup-error.ts";
import { watchEventLoop } from "./event-loop.ts";
import { createLogger } from "./log.ts";
import { nearMisses } from "./near-misses.ts";
import { startTraces } from "./telemetry/opentelemetry.ts";
import { noTraces } from "./telemetry/traces.ts";

/** A drain that takes longer than this has gone wrong; the database keeps what was acknowledged either way. */
const DRAIN_WITHIN_MS = 9_000;

/** Before anything is served there is nothing to drain; a migration that is cut off leaves nothing behind. */
const quit = () => process.exit(0);

/**
 * How far the heap may grow beyond what lives in it before V8 looks for garbage. Left alone that is almost twice: of 30 KB
 * that each of 10,000 attendees took, 12 were garbage. (What lives briefly has room of its own: `npm start` gives it more,
 * which cannot be done from here.)
 */
setFlagsFromString("--heap-growing-percent=20");

/**
 * V8 would make objects old at birth where many of their kind have once lived long. After a thousand people had come at once
 * that was what every request consists of: each of them took twice the time from then on.
 */
setFlagsFromString("--no-allocation-site-pretenuring");

const misspelt = () => nearMisses(process.env, VARIABLE_NAMES);

async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  for (const { given, meant } of misspelt()) log.warn({ given, meant }, `${given} is ignored: ${meant} is a setting`);
  const secret = await resolveSecret(config);
  const database = await openDatabase({
    url: config.databaseUrl ?? undefined,
    dataDir: config.databaseUrl === null ? config.dataDir : undefined,
    poolSize: config.databasePool,
    log,
    onTaken(error) {
      // No drain: it would write, and answer.
      log.fatal({}, error.message);
      process.exit(1);
    },
  });
  const clock = await startDatabaseClock(database.prisma, log);
  const traces = config.collectorUrl === null ? noTraces : await startTraces(log);
  const offer = offerFor(config, secret, () => knownPeople(database.prisma));
  const eventLoop = watchEventLoop();
  const app = createApp({ config, database, clock, log, secret, traces, eventLoop, offer });

  let stopping = false;
  process.off("SIGTERM", quit).off("SIGINT", quit);
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "draining");
    setTimeout(() => {
      log.error({}, "draining took too long");
      process.exit(1);
    }, DRAIN_WITHIN_MS).unref();
    await app.close();
    clock.stop();
    await database.close();
    await traces.stop();
    log.info({}, "stopped");
    process.exit(0);
  };
  const stopOrFail = (signal: string) =>
    void stop(signal).catch((error: unknown) => {
      log.error({ err: error }, "draining failed");
      process.exit(1);
    });
  process.on("SIGTERM", stopOrFail).on("SIGINT", stopOrFail);

  try {
    const url = await app.listen(config.port, config.host);
    log.info({ url: url.href, database: database.kind }, "ready");
    if (config.auth.secret === null && config.auth.jwksUrl === null) {
      log.info({}, `the console is at ${new URL("/console", url).href}`);
      log.info({}, "no JWT_SECRET is set: get a development token with `npm run token -- --user 1 --role tutor`");
    }
  } catch (error) {
    await app.close();
    clock.stop();
    await database.close();
    throw error;
  }
}

/** What went wrong, in words for whoever started the server. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) {
    const hints = misspelt().map(({ given, meant }) => `\n(${given} is set and ignored: did you mean ${meant}?)`);
    return error.message + hints.join("");
  }
  if (error instanceof StartupError) return error.message;
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === "EADDRINUSE") return `Port ${port} on ${address} is in use. Set PORT to another one.`;
  if (code === "EACCES" && port !== undefined)
    return `Port ${port} may not be used by this user. Set PORT to another one.`;
  if (code === "EADDRNOTAVAIL") return `HOST ${address} is no address of this machine.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.on("SIGTERM", quit).on("SIGINT", quit);
try {
  await serve(readConfig(readEnvironment()));
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
