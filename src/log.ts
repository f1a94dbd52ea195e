import { pino, type DestinationStream, type Logger } from "pino";
import type { Config } from "./config.ts";

export type { Logger } from "pino";

const SECRET_KEYS = ["authorization", "Authorization", "cookie", "token", "secret", "password", "connectionParams"];

/** Wherever one of the keys stands: at the top of what is logged, or up to two objects down. */
const SECRET_PATHS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * Of an error its kind, code, words and stack, and those of what caused it. Drivers hang more on theirs, such as
 * PostgreSQL's «Failing row contains (…)», and that is what people wrote.
 */
function factsOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, code, cause } = error as Error & { readonly code?: unknown };
  return {
    type: name,
    code,
    message,
    stack,
    ...(cause instanceof Error ? { cause: factsOf(cause) } : {}),
    ...(error instanceof AggregateError ? { errors: error.errors.map(factsOf) } : {}),
  };
}

/**
 * One JSON object a line with the time in ISO 8601 and the level by name; what stands under a key of secrets is
 * replaced by "[redacted]". Synchronous, so that the last words of a process that exits are not lost.
 */
export function createLogger(
  level: Config["logLevel"],
  destination: DestinationStream = pino.destination({ sync: true }),
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: factsOf },
      redact: { paths: SECRET_PATHS, censor: "[redacted]" },
    },
    destination,
  );
}
